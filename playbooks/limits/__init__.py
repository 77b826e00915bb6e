"""What bounds all playbooks together: how much may move, who may stand for what, how long things stay as they are."""
