"""How a question is answered from clauses; `knowledge/answers.py` is the way in."""
