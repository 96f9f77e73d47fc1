"""The versions of a dataset: a table, what differs between two of them as pictures, and the way back."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.versions import VersionDiff
from studio.ui.components import sample_grid
from studio.ui.feedback import attempt, plain, say_next, show_numbers
from studio.ui.overview import when
from studio.ui.session import author, workspace


def version_table(versions: list[DatasetVersion]) -> list[dict[str, object]]:
    """Return the rows of the table of versions, newest first."""
    return [
        {
            "Version": version.version,
            "What changed": version.message,
            "By": version.author,
            "When": when(version.created),
            "Samples": version.kept,
            "With a class": version.labelled,
            "Classes": len(version.class_names),
            "Train / validation / test": " / ".join(f"{n:,}" for n in version.split_counts),
            "Digest": version.digest[:12],
        }
        for version in versions
    ]


def show_versions(newest: DatasetVersion) -> None:
    """Show all versions of a dataset, compare two, and go back to one."""
    versions = workspace().dataset_versions(newest.dataset)
    st.dataframe(version_table(versions), hide_index=True)
    if len(versions) == 1:
        st.caption(
            "Every change of labels, classes, samples or split makes a version. This is the first."
        )
        return
    _compare(newest, versions)
    with st.container(border=True):
        st.markdown(
            "**Go back to an earlier version.** It is made the newest one; nothing between is lost."
        )
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        earlier = left.selectbox(
            "Version to go back to", versions[1:], format_func=_title, key=f"revert_{newest.id}"
        )
        if right.button("Go back to it", icon=":material/history:"):
            with attempt():
                made = workspace().revert(newest.dataset, earlier.version, author=author())
                say_next(f"{made.title} holds what version {earlier.version} held.")
                st.rerun()


def _title(version: DatasetVersion) -> str:
    return f"{version.version} · {version.message or 'no message'}"


def _compare(newest: DatasetVersion, versions: list[DatasetVersion]) -> None:
    with st.container(border=True):
        st.markdown("**Compare two versions**")
        left, right = st.columns(2)
        before = left.selectbox(
            "From", [None, *versions], format_func=_or_nothing, key=f"diff_from_{newest.id}"
        )
        after = right.selectbox("To", versions, format_func=_title, key=f"diff_to_{newest.id}")
        if before is None:
            return
        found = workspace().diff(before, after)
        if found.same:
            st.info("These two hold the same samples, labels and split.", icon=":material/check:")
            return
        _show_counts(found)
        _show_classes(found)
        _show_pictures(found, before, after)


def _or_nothing(version: DatasetVersion | None) -> str:
    return "choose a version" if version is None else _title(version)


def _show_counts(found: VersionDiff) -> None:
    show_numbers(
        {
            "Added": (f"{found.added_count:,}", "Samples that only the later version has."),
            "Removed": (f"{found.removed_count:,}", "Samples that only the earlier version has."),
            "Relabelled": (f"{found.relabelled_count:,}", "Samples whose class differs."),
            "In another part": (
                f"{found.moved_count:,}",
                "Samples that are in another one of train, validation and test.",
            ),
        }
    )


def _show_classes(found: VersionDiff) -> None:
    lines = [f"renamed {plain(old)} to {plain(new)}" for old, new in found.renamed_classes.items()]
    lines += [f"new: {plain(name)}" for name in found.added_classes]
    lines += [f"gone: {plain(name)}" for name in found.removed_classes]
    if lines:
        st.markdown("Classes: " + " · ".join(lines))


def _show_pictures(found: VersionDiff, before: DatasetVersion, after: DatasetVersion) -> None:
    """Show the first of the samples that differ."""
    groups = {
        "Relabelled": (
            after,
            [r.id for r in found.relabelled],
            [(f"{r.before or 'none'} → {r.after or 'none'}",) for r in found.relabelled],
            found.relabelled_count,
        ),
        "Added": (after, found.added, [("added",)] * len(found.added), found.added_count),
        "Removed": (
            before,
            found.removed,
            [("not any more",)] * len(found.removed),
            found.removed_count,
        ),
        "In another part": (
            after,
            [m.id for m in found.moved],
            [(f"{m.before} → {m.after}",) for m in found.moved],
            found.moved_count,
        ),
    }
    for title, (version, ids, captions, count) in groups.items():
        if not ids:
            continue
        more = f", the first {len(ids):,} of {count:,}" if count > len(ids) else ""
        st.markdown(f"**{title}**{more}")
        sample_grid(
            mode="browse",
            key=f"diff_{title}_{before.id}_{after.id}",
            dataset=version.dataset,
            version=version.version,
            samples_digest=version.samples,
            class_names=version.class_names,
            task=version.shown_as,
            ids=ids,
            captions=captions,
            height=300,
        )
