"""The gate (发布闸口): a folder goes out only where each file has a valid certificate and nothing undecided in it.

    folder.py   the files of the folder, as they would be published
    papers.py   certificates, trusted keys, list of revocations: never from that folder
    config.py   gate.yml: pages of a publishing system, assets
    baseline.py what was there before the gate
    look.py     one file -> what is in it (in processes of their own)
    judge.py    what is in it x papers -> its status
    run.py      all of it -> Outcome
    report_*.py Outcome -> text, json, sarif, junit, github, gitlab
"""
