//! What a model call costs: the catalogue, its matching rules and integer money.
