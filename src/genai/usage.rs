//! What one model call consumed: token counts by class, and which class includes which.

/// Token counts of one call, each `None` where the source said nothing.
///
/// Inclusive throughout, as OpenTelemetry's GenAI conventions define it: `input` holds everything
/// that went in, whatever it cost; the classes below it are subsets and are never added to it.
/// A reader of an exclusive dialect adds the cached tokens to `input` before it fills this in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// All input tokens, cached or not (`gen_ai.usage.input_tokens`).
    pub input: Option<u64>,
    /// All output tokens, reasoning included (`gen_ai.usage.output_tokens`).
    pub output: Option<u64>,
    /// Of `input`: read from a prompt cache (`gen_ai.usage.cache_read.input_tokens`).
    pub cache_read: Option<u64>,
    /// Of `input`: written to a prompt cache (`gen_ai.usage.cache_write.input_tokens`).
    pub cache_write: Option<u64>,
    /// Of `cache_write`: kept for five minutes.
    pub cache_write_5m: Option<u64>,
    /// Of `cache_write`: kept for an hour, at a higher price.
    pub cache_write_1h: Option<u64>,
    /// Of `output`: reasoning (`gen_ai.usage.reasoning.output_tokens`).
    pub reasoning: Option<u64>,
    /// Of `input`: audio.
    pub input_audio: Option<u64>,
    /// Of `output`: audio.
    pub output_audio: Option<u64>,
    /// Of both `input_audio` and `cache_read`: audio read from a prompt cache.
    pub cache_read_audio: Option<u64>,
    /// Of `input`: images.
    pub input_image: Option<u64>,
    /// Of `output`: images.
    pub output_image: Option<u64>,
    /// Web searches the provider made for this call; billed by the thousand, not by the token.
    pub web_searches: Option<u64>,
    /// What the source itself called the total. A derived value: a check, never priced.
    pub total: Option<u64>,
    /// A class that is priced was said, and is no count: negative, a fraction, no number. What the others
    /// come to would be a part of the price, told as if it were all.
    pub is_torn: bool,
}

impl Usage {
    /// Input and output of a plain call.
    pub const fn of(input: u64, output: u64) -> Self {
        Usage {
            input: Some(input),
            output: Some(output),
            ..Usage::EMPTY
        }
    }

    /// Nothing was said about any class.
    pub const EMPTY: Usage = Usage {
        input: None,
        output: None,
        cache_read: None,
        cache_write: None,
        cache_write_5m: None,
        cache_write_1h: None,
        reasoning: None,
        input_audio: None,
        output_audio: None,
        cache_read_audio: None,
        input_image: None,
        output_image: None,
        web_searches: None,
        total: None,
        is_torn: false,
    };

    /// Whether the source said nothing that could be priced; its own total alone cannot be.
    pub fn is_empty(&self) -> bool {
        Usage {
            total: None,
            ..*self
        } == Usage::EMPTY
    }

    /// Input plus output, as the captures' manifest counts `total`.
    pub fn sum(&self) -> u64 {
        self.input
            .unwrap_or(0)
            .saturating_add(self.output.unwrap_or(0))
    }

    /// Input tokens that were neither read from a cache nor written to one.
    pub fn fresh_input(&self) -> u64 {
        let cached = self
            .cache_read
            .unwrap_or(0)
            .saturating_add(self.cache_write.unwrap_or(0));
        self.input.unwrap_or(0).saturating_sub(cached)
    }
}
