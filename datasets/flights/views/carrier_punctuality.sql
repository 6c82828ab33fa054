-- How punctual each carrier was: flights flown, share cancelled, mean delays in minutes.
select
    carrier,
    count(*) as flights,
    round(100.0 * count_if(cancelled) / count(*), 2) as cancelled_percent,
    round(avg(dep_delay), 1) as mean_departure_delay_min,
    round(avg(arr_delay), 1) as mean_arrival_delay_min
from refined.flights
group by carrier
order by flights desc
