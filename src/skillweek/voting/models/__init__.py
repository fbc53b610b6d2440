"""Online voting (网络评选): ballots, candidates, votes, held votes (E10)."""

from skillweek.voting.models.ballots import Ballot, Candidate, CandidateUpload
from skillweek.voting.models.votes import Hold, Vote, VoteSheet

__all__ = ["Ballot", "Candidate", "CandidateUpload", "Hold", "Vote", "VoteSheet"]
