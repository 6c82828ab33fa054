"""Functions that Trino has and this package does not: refused by name, not as unknown.

Trino documentation, "Functions and operators": the list of functions by name.
"""

from __future__ import annotations

UNSUPPORTED = frozenset(
    {
        # answers that differ from call to call
        *("random", "rand", "uuid", "shuffle", "current_user", "current_groups"),
        # sketches and approximations
        *("approx_set", "approx_most_frequent", "merge", "empty_approx_set", "make_set_digest"),
        *("merge_set_digest", "qdigest_agg", "tdigest_agg", "value_at_quantile", "hash_counts"),
        *("values_at_quantiles", "numeric_histogram", "intersection_cardinality"),
        *("jaccard_index", "checksum", "entropy"),
        # geography
        *("st_point", "st_distance", "st_contains", "st_intersects", "st_area", "st_x", "st_y"),
        *("st_geometryfromtext", "st_astext", "st_polygon", "st_buffer", "great_circle_distance"),
        *("to_spherical_geography", "bing_tile", "bing_tile_at", "geometry_union"),
        *("st_within", "st_centroid", "st_length", "geometry_union_agg", "st_linestring"),
        # machine learning, colours, teradata
        *("classify", "features", "learn_classifier", "learn_regressor", "regress"),
        *("bar", "color", "render", "rgb", "index", "char2hexint"),
        # SQL/JSON and paths
        *("json_table"),
        # text
        *("word_stem", "jaro_winkler_distance"),
        *("spooky_hash_v2_32", "spooky_hash_v2_64"),
        # dates
        *("localtime", "current_time"),
        *(
            "to_timestamp",
            "to_date",
            "to_char",
        ),
        # numbers and statistics
        *("beta_cdf", "inverse_beta_cdf", "wilson_interval_lower", "wilson_interval_upper"),
        *("t_pdf", "t_cdf"),
        # arrays
        *("find_first", "find_first_index"),
        # tables
        *("exclude_columns", "session_property"),
    }
)
