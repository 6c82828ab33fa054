-- What weather at the origin does to departures: flights, share cancelled, mean delay in minutes.
select
    case
        when origin_visib is null then 'unknown'
        when origin_precip > 0 then 'rain or snow'
        when origin_visib < 3 then 'fog'
        when origin_wind_speed > 25 then 'wind'
        else 'fair'
    end as weather,
    count(*) as flights,
    round(100.0 * count_if(cancelled) / count(*), 2) as cancelled_percent,
    round(avg(dep_delay), 1) as mean_departure_delay_min
from refined.flights
group by 1
order by flights desc
