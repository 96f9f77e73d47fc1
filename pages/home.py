"""Home: a welcome for an empty workspace, and what was done last for any other."""

from __future__ import annotations

import streamlit as st

from studio.ui.datasets import SOURCES, add_digits
from studio.ui.designer_drafts import show_card
from studio.ui.feedback import attempt, show_numbers
from studio.ui.overview import STEPS, next_step, run_table
from studio.ui.session import go, page, workspace

STARTS = {
    "digits": "1,797 handwritten digits that come with the studio. A first model in a minute.",
    "quickdraw": "Doodles of 345 things, from apples to zebras. Choose what to tell apart.",
    "upload": "A folder or a zip of pictures, one folder for each class.",
    "draw": "Draw the samples yourself, with a mouse, a pen or a finger.",
}
LABELS = {
    "digits": "Start with digits",
    "quickdraw": "Choose doodles",
    "upload": "Upload pictures",
    "draw": "Start drawing",
}


def show_welcome() -> None:
    """Offer the four ways to begin."""
    st.title("Teach a computer to recognise drawings")
    st.markdown(
        "Bring samples, train a model, see how good it is, and put it to use. No code needed, and "
        "nothing leaves this machine."
    )
    st.subheader("Where do your samples come from?")
    with st.container(horizontal=True, gap="medium"):
        for source, text in STARTS.items():
            with st.container(border=True, width=260, height=220, key=f"start_{source}"):
                st.markdown(f"**{SOURCES[source]}**")
                st.markdown(text)
                first = source == "digits"
                if st.button(LABELS[source], type="primary" if first else "secondary"):
                    if first:
                        with attempt():
                            add_digits()
                    else:
                        go("datasets", add=source)
    st.subheader("Then, step by step")
    for name, (title, text) in STEPS.items():
        st.page_link(page(name), label=f"**{title}**: {text}")
    st.subheader("Or all at once")
    show_card()


def show_overview() -> None:
    """Show where the work stands and what comes next."""
    st.title("Studio")
    name, text = next_step(workspace())
    with st.container(border=True):
        st.markdown(f"**Next:** {text}")
        st.page_link(page(name), label=f"Go to {STEPS[name][0]}", icon=":material/arrow_forward:")
    show_card()
    show_numbers(
        {
            "Datasets": (f"{len(workspace().datasets())}", None),
            "Trainings": (f"{len(workspace().runs(kind='training', limit=1000))}", None),
            "Models": (f"{len(workspace().models())}", None),
            "Endpoints": (f"{len(workspace().endpoints())}", None),
        }
    )
    runs = workspace().runs(kind="training", limit=5)
    if runs:
        st.subheader("Last trainings")
        st.dataframe(run_table(runs), hide_index=True)
        st.page_link(page("runs"), label="All runs", icon=":material/history:")


if workspace().datasets() or workspace().runs(limit=1):
    show_overview()
else:
    show_welcome()
