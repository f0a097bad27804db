"""The window: PyQt6 and pyqtgraph over pipeline and domain. It looks at a session, and is never called by one."""
