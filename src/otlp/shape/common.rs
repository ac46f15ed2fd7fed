//! Attributes, scopes and resources: what the three signals share.

use super::{Kind, Row, Shape, Site, attributes, either, many, row, text};

pub(in crate::otlp) static ANY_VALUE: Shape = Shape::new(
    "AnyValue",
    &[
        either(1, "string_value", Kind::Str),
        either(2, "bool_value", Kind::Bool),
        either(3, "int_value", Kind::Int64),
        either(4, "double_value", Kind::Double),
        either(5, "array_value", Kind::Message(&ARRAY_VALUE)),
        either(6, "kvlist_value", Kind::Message(&KEY_VALUE_LIST)),
        either(7, "bytes_value", Kind::Bytes),
        either(8, "string_value_strindex", Kind::Int32),
    ],
);

pub(in crate::otlp) static ARRAY_VALUE: Shape = Shape::new(
    "ArrayValue",
    &[many(1, "values", Kind::Message(&ANY_VALUE))],
);

pub(in crate::otlp) static KEY_VALUE_LIST: Shape = Shape::new(
    "KeyValueList",
    &[many(1, "values", Kind::Message(&KEY_VALUE))],
);

pub(in crate::otlp) static KEY_VALUE: Shape = Shape::new(
    "KeyValue",
    &[
        row(1, "key", Kind::Str),
        row(2, "value", Kind::Message(&ANY_VALUE)),
        row(3, "key_strindex", Kind::Int32),
    ],
);

pub(in crate::otlp) static INSTRUMENTATION_SCOPE: Shape = Shape::new(
    "InstrumentationScope",
    &[
        text(1, "name", Site::ScopeName),
        text(2, "version", Site::ScopeVersion),
        attributes(3, Site::ScopeAttribute),
        row(4, "dropped_attributes_count", Kind::Uint32),
    ],
);

pub(in crate::otlp) static ENTITY_REF: Shape = Shape::new(
    "EntityRef",
    &[
        text(1, "schema_url", Site::EntityRef),
        text(2, "type", Site::EntityRef),
        Row {
            site: Site::EntityRef,
            ..many(3, "id_keys", Kind::Str)
        },
        Row {
            site: Site::EntityRef,
            ..many(4, "description_keys", Kind::Str)
        },
    ],
);

pub(in crate::otlp) static RESOURCE: Shape = Shape::new(
    "Resource",
    &[
        attributes(1, Site::ResourceAttribute),
        row(2, "dropped_attributes_count", Kind::Uint32),
        many(3, "entity_refs", Kind::Message(&ENTITY_REF)),
    ],
);
