select
    *,
    make_date(year, month, day) as flight_date,
    date_format(make_date(year, month, day), 'yyyy-MM') as flight_month,
    dep_time is null as cancelled
from source
