"""The room of Streamlit: what pages are made of.

Session, forms, charts, live fragments, feedback and the browser components live here. This room asks
the workspace for everything and computes nothing itself: no SQL, no TensorFlow, no spawning.
"""
