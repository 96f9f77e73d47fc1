"""Studio: a self-hosted, low-code machine-learning studio in the browser.

Rooms, each defined by the one heavy dependency that enters it: ``core`` (none), ``store`` (SQLite and
artifact files), ``sources`` (foreign bytes), ``ml`` (TensorFlow), ``compute`` (child processes),
``serving`` and ``api`` (FastAPI), ``ui`` (Streamlit). ``workspace`` is the hall between them.
"""

__version__ = "0.1.0"
