select
    source.*,
    make_date(source.year, source.month, source.day) as flight_date,
    concat(source.year, '-', lpad(source.month, 2, '0')) as flight_month,
    source.dep_time is null as cancelled,
    airlines.name as carrier_name,
    airports.name as dest_name,
    planes.manufacturer as plane_manufacturer,
    planes.year as plane_year,
    weather.temp as origin_temp,
    weather.wind_speed as origin_wind_speed,
    weather.precip as origin_precip,
    weather.visib as origin_visib
from source
left join airlines on airlines.carrier = source.carrier
left join airports on airports.faa = source.dest
left join planes on planes.tailnum = source.tailnum
left join weather on weather.origin = source.origin and weather.time_hour = source.time_hour
