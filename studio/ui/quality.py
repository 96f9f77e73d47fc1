"""What a check of a dataset found: numbers, leakage, flagged samples, and the map to look at and act on."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from studio.core.dataset import KEPT, DatasetVersion
from studio.core.quality import CONFLICT, FLAG_TITLES, NEAR
from studio.ui.actions import set_state, show_actions
from studio.ui.charts import sample_map
from studio.ui.components import sample_selector
from studio.ui.feedback import attempt, plain, say_next, show_numbers
from studio.ui.session import author, workspace
from studio.workspace.quality import Quality

GALLERY = 400
"""So many flagged samples are shown at once."""
EXPLANATIONS = {
    "Blank": "One colour all over, or a text without a word.",
    "Nearly empty": "A dot or a short line; often a slip of the hand.",
    "Copies": "The same as an earlier sample, pixel for pixel.",
    "Near-duplicates": "Looks like an earlier sample: their perceptual hashes are almost the same.",
    "Class conflicts": "Looks like a sample of another class: one of the two labels may be wrong.",
}


def show_reach(version: DatasetVersion) -> None:
    """Say of rows what a check can find in them, and what it cannot."""
    if version.task != "table":
        return
    missing = sum(column.missing for column in version.table)
    st.caption(
        "A check finds rows that are the same in all columns but the class, and lays rows out by their numbers and "
        "categories. Near-duplicates of rows it cannot look for, and whether a number is plausible it cannot tell: see "
        f"the Columns on the Datasets page. {missing:,} values are missing."
    )


def show_findings(version: DatasetVersion, found: Quality) -> None:
    """Show the numbers of a check; counts are those of the samples kept now."""
    counts = workspace().flag_counts(version)
    numbers: dict[str, tuple[str, str | None]] = {
        title: (f"{counts[flag]:,}", EXPLANATIONS[title]) for flag, title in FLAG_TITLES.items()
    }
    show_numbers(numbers)
    _show_leakage(version)
    st.caption(
        f"Checked {found.report.count:,} samples of {plain(found.report.dataset)}: near-duplicates differ in at most "
        f"{found.report.distance} of 64 bits of their perceptual hashes. {found.report.groups:,} groups, the largest "
        f"has {found.report.largest_group:,} samples."
    )


def _show_leakage(version: DatasetVersion) -> None:
    leaks = workspace().leakage(version)
    if leaks is None or not leaks.held_out:
        return
    if not leaks.count:
        st.success(
            "**No leakage.** No sample that is held out has a near-duplicate among those a model is trained on.",
            icon=":material/verified:",
        )
        return
    st.warning(
        f"**Leakage: {leaks.share:.1%}.** {leaks.count:,} of {leaks.held_out:,} samples held out to test or validate "
        "look like one that a model is trained on. It has nearly seen the answers, so it will look better than it is.",
        icon=":material/water_drop:",
    )
    if st.button(
        "Divide anew, near-duplicates together", type="primary", icon=":material/call_split:"
    ):
        with attempt():
            split = version.split_config.model_copy(update={"together": True})
            made = workspace().split_dataset(version.dataset, split, author=author())
            say_next(f"{made.title}: {made.message}.")
            st.rerun()


def show_flagged(version: DatasetVersion, found: Quality) -> None:
    """Show the samples with a flag, to be set aside one by one or all at once."""
    counts = workspace().flag_counts(version)
    present = [flag for flag in FLAG_TITLES if counts[flag]]
    if not present:
        st.success("Nothing was flagged.", icon=":material/check_circle:")
        return
    flag = st.segmented_control(
        "What to look at",
        present,
        default=present[0],
        required=True,
        format_func=lambda f: f"{FLAG_TITLES[f]} ({counts[f]:,})",
        key=f"flag_{version.dataset}",
    )
    st.caption(EXPLANATIONS[FLAG_TITLES[flag]])
    flagged = ids = found.flagged(flag, workspace().state(version))
    if flag in (NEAR, CONFLICT):
        ids = _with_their_likes(found, ids, version)
    captions = _captions(version, found, ids[:GALLERY], flag)
    more = f" The first {GALLERY:,} are shown." if len(ids) > GALLERY else ""
    chosen = _selector(version, ids[:GALLERY].tolist(), captions, f"flagged_{flag}")
    show_actions(version, chosen, f"flagged_{flag}")
    if flag != CONFLICT and st.button(
        f"Quarantine all {len(flagged):,}",
        icon=":material/inventory_2:",
        key=f"all_{flag}",
        help="Of samples that are alike the first one stays.",
    ):
        set_state(version, flagged.tolist(), "quarantined")
    if more:
        st.caption(more)


def _with_their_likes(
    found: Quality, ids: NDArray[np.int64], version: DatasetVersion
) -> NDArray[np.int64]:
    """Return the samples with all that look like them, groups side by side."""
    groups = found.groups
    wanted = np.unique(np.asarray(groups)[ids])[: GALLERY // 2]
    state = workspace().state(version)
    members = np.isin(groups, wanted)
    rows = np.flatnonzero(members if state is None else members & (state == KEPT))
    return rows[np.argsort(np.asarray(groups)[rows], kind="stable")]


def _class_names(version: DatasetVersion, samples: NDArray[np.int64]) -> list[str]:
    labels = workspace().labels(version)[samples].tolist()
    return [version.class_names[label] if label >= 0 else "no class" for label in labels]


def _captions(
    version: DatasetVersion, found: Quality, samples: NDArray[np.int64], flag: int
) -> list[tuple[str, ...]]:
    names = _class_names(version, samples)
    if flag not in (NEAR, CONFLICT):
        return [(name,) for name in names]
    groups = found.groups[samples].tolist()
    return [(name, f"group {group}") for name, group in zip(names, groups, strict=True)]


def _selector(
    version: DatasetVersion, ids: list[int], captions: list[tuple[str, ...]] | None, key: str
) -> list[int]:
    return sample_selector(
        key=f"{key}_{version.dataset}_{version.version}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=version.class_names,
        task=version.shown_as,
        ids=ids,
        captions=captions,
        height=420,
    )


def show_map(version: DatasetVersion, found: Quality) -> None:
    """Show the map of samples; those inside a lasso are shown below it, to act on."""
    rows, state = np.asarray(found.map_rows), workspace().state(version)
    kept = np.ones(len(rows), bool) if state is None else state[rows] == KEPT
    samples = rows[kept]
    st.caption(
        f"{len(samples):,} samples; those that look alike lie near each other. Choose the lasso or the box at the "
        "top right of the map, and draw around some: they appear below, to be looked at and acted on. A spot of one "
        "colour inside another often is a wrong label."
    )
    figure: go.Figure = sample_map(
        found.map_points[kept], samples.tolist(), _class_names(version, samples)
    )
    event: Any = st.plotly_chart(
        figure,
        key=f"map_{version.id}",
        on_select="rerun",
        selection_mode=("lasso", "box", "points"),
        config={"scrollZoom": True, "displaylogo": False},
    )
    chosen = [int(point["customdata"][0]) for point in event["selection"]["points"]]
    if not chosen:
        return
    st.markdown(f"**{len(chosen):,} samples inside**")
    picked = _selector(version, chosen[:GALLERY], None, f"map_{hash(tuple(chosen))}")
    show_actions(version, picked or chosen, "map_actions")
    st.caption("Without a choice among them, an action is for all that are inside.")


def show_skipped(version: DatasetVersion) -> None:
    """Show the files and rows that gave no sample when the data came in."""
    sources = version.source.get("parts", [version.source])
    skipped = [source["skipped"] for source in sources if source.get("skipped", {}).get("count")]
    if not skipped:
        st.success("Everything that was imported could be read.", icon=":material/check_circle:")
        return
    count = sum(part["count"] for part in skipped)
    st.warning(
        f"**{count:,}** could not be read and were left out.", icon=":material/broken_image:"
    )
    listed = [
        {"File or row": f["file"], "Why": f["reason"]} for part in skipped for f in part["files"]
    ]
    st.dataframe(listed, hide_index=True)
    if count > len(listed):
        st.caption(f"The first {len(listed):,} are listed.")
