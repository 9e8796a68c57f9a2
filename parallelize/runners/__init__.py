"""Ways of handing out units of work: to processes of this machine, to actors of a Ray cluster.

Correctness rests on the addresses of replies and the names of chunks, not on the hand-out: a unit that is
done twice is paid for twice and seen once. A runner keeps workers busy and notices when one ends.
"""
