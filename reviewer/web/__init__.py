"""The workbench (审查工作台): server-rendered pages over casework's functions. No page decides or stores by itself."""
