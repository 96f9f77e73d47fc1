"""Compare: any number of runs in one table, their curves over each other, two models on the same samples."""

from __future__ import annotations

import streamlit as st

from studio.ui import compare_filter, compare_table, run_marks
from studio.ui.compare_curves import show_curves
from studio.ui.compare_pair import show_pair
from studio.ui.compare_speed import show_models
from studio.ui.feedback import empty
from studio.ui.session import choose_view, page, workspace

VIEWS = {
    "runs": "Runs",
    "curves": "Curves",
    "seeds": "Over seeds",
    "pair": "Two models",
    "models": "Speed and size",
}


def show_runs(view: str) -> None:
    """Show the runs that the filter finds: as a table, as curves, or over their seeds."""
    run_marks.show_undo()
    query = compare_filter.show_filter("compare")
    total, rows = workspace().compare_runs(query)
    if not rows:
        st.info("No run is like that.", icon=":material/search_off:")
        return
    st.caption(compare_table.said_total(total, len(rows)))
    if view == "runs":
        chosen = compare_table.show_table(rows, "compare_table")
        st.session_state["compare_chosen"] = chosen
        if chosen:
            run_marks.show_marks(
                [row for row in rows if row.name in chosen],
                deleted=query.deleted,
                key="compare_marks",
            )
        else:
            st.caption("Select runs to tag, archive or delete them, or to see their curves only.")
        return
    selected = [row for row in rows if row.name in st.session_state.get("compare_chosen", ())]
    if selected and st.toggle(
        f"Only the {len(selected)} selected in the table",
        value=len(selected) > 1,
        key="compare_only",
    ):
        rows = selected
    if view == "curves":
        show_curves(rows, "compare_curves")
    else:
        compare_table.show_seeds(rows, "compare_seeds")


st.title("Compare")
view = choose_view("View", VIEWS, "view")
if view == "pair":
    show_pair("pair")
elif view == "models":
    show_models("models")
elif not workspace().runs(limit=1, archived=True) and not run_marks.in_bin():
    empty("Nothing was trained yet.", page("train"), "Train a model")
else:
    show_runs(view)
