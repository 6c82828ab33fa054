-- Departures per airport and day, cancelled flights left out.
select
    origin,
    flight_date,
    count(*) as departures,
    round(avg(dep_delay), 1) as mean_departure_delay_min
from refined.flights
where not cancelled
group by origin, flight_date
