//! OTLP as bytes behind typed views: parse once, edit by copy on write, re-emit by copying.
