//! Which events mean other contents, and that a look is made for each cause.

use notify::event::{CreateKind, DataChange, MetadataKind, RenameMode};

use super::*;

#[test]
fn ones_own_reading_is_no_change_and_an_exchanged_link_is_one() {
    #[track_caller]
    fn check(kind: EventKind, path: &str, expected: bool) {
        let event = Event::new(kind).add_path(path.into());
        let files = [PathBuf::from("/etc/it/pipelines.toml")];
        assert_eq!(expected, concerns(&event, &files), "{kind:?} {path}");
    }
    let (own, other) = ("/etc/it/pipelines.toml", "/etc/it/out.jsonl");
    let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    let touched = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    for kind in [data, touched, written] {
        check(kind, own, true);
        check(kind, other, false);
    }
    for mode in [
        AccessKind::Open(AccessMode::Any),
        AccessKind::Close(AccessMode::Read),
    ] {
        check(EventKind::Access(mode), own, false);
    }
    check(EventKind::Create(CreateKind::File), own, true);
    let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    check(renamed, "/etc/it/..data", true);
}

#[tokio::test(start_paused = true)]
async fn every_cause_makes_a_look_and_a_doubt_makes_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Watch {
        files: vec![folder.path().join("file")],
        told: false,
        poll: Some(Duration::from_mins(1)),
    };
    let (asked, stop) = (Arc::new(Notify::new()), Stop::new());
    let (tell, mut told) = tokio::sync::mpsc::channel(9);
    let mut doubts = 1;
    let look = move |cause| {
        tell.try_send(cause).expect("room");
        if cause == Cause::Asked && doubts > 0 {
            doubts -= 1;
            return Glance::Again;
        }
        Glance::Done
    };
    let following = tokio::spawn(watch.follow(Arc::clone(&asked), stop.clone(), look));
    assert_eq!(Some(Cause::Changed), told.recv().await, "the first poll");
    asked.notify_one();
    assert_eq!(Some(Cause::Asked), told.recv().await);
    let before = tokio::time::Instant::now();
    assert_eq!(Some(Cause::Changed), told.recv().await, "the second look");
    assert_eq!(AGAIN, before.elapsed());
    assert_eq!(Some(Cause::Changed), told.recv().await, "the next poll");
    stop.cancel();
    following.await.expect("it ends");
}
