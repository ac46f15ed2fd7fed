//! The whole page: our own families and received ones, one head per name, no series twice.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use super::Desk;
use super::own::{self, Shown};
use super::reading::{Number, Reading};
use super::text::{Format, Head, Kind, Page};

/// Writes everything there is to see.
pub(super) fn write(desk: &Desk, format: Format) -> String {
    let own = desk
        .meter
        .as_ref()
        .map(|meter| own::shown(&meter.read(), desk.legacy_names));
    desk.store(|store| {
        let mut table = Table::default();
        own.iter()
            .flatten()
            .for_each(|family| table.add_own(family));
        table.add(&TARGET, store.targets().map(|labels| (labels, &ONE)));
        store
            .families()
            .for_each(|family| table.add(&family.head, family.series()));
        table.write(format)
    })
}

/// The labels of a series, and what it shows.
type Line<'a> = (&'a str, &'a Reading);

/// Families by name, whoever they come from. Who comes first decides what a name means.
#[derive(Default)]
struct Table<'a> {
    families: BTreeMap<&'a str, (&'a Head, Vec<Line<'a>>)>,
    names: HashSet<String>,
    /// Families that clash with one that came first.
    hidden: usize,
}

impl<'a> Table<'a> {
    fn add_own(&mut self, family: &'a Shown) {
        let series = family
            .series
            .iter()
            .map(|(labels, reading)| (labels.as_str(), reading));
        self.add(&family.head, series);
    }

    fn add(&mut self, head: &'a Head, series: impl Iterator<Item = Line<'a>>) {
        if let Some((known, all)) = self.families.get_mut(head.base.as_str()) {
            if known.kind == head.kind {
                all.extend(series);
            } else {
                self.hidden += 1;
            }
            return;
        }
        let names: Vec<_> = head
            .kind
            .suffixes()
            .iter()
            .map(|suffix| format!("{}{suffix}", head.base))
            .collect();
        if names.iter().all(|name| !self.names.contains(name)) {
            self.names.extend(names);
            self.families.insert(&head.base, (head, series.collect()));
        } else {
            self.hidden += 1;
        }
    }

    fn write(self, format: Format) -> String {
        let mut page = Page::new(format);
        metrics::gauge!("tollgate_prometheus_families_hidden").set(self.hidden as f64);
        for (head, series) in self
            .families
            .into_values()
            .filter(|(_, series)| !series.is_empty())
        {
            page.head(head);
            let mut written = HashSet::new();
            for (labels, reading) in series {
                if written.insert(labels) {
                    page.series(head, labels, reading);
                }
            }
        }
        page.finish()
    }
}

/// The head of `target_info`.
static TARGET: LazyLock<Head> = LazyLock::new(|| Head {
    base: "target".to_owned(),
    kind: Kind::Info,
    help: "The resources that metrics come from.".to_owned(),
    unit: String::new(),
});

/// What an info series shows.
static ONE: Reading = Reading::Number(Number::Int(1), None);
