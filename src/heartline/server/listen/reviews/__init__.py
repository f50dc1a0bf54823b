"""Reviews and posts: what platforms say of the company, and of its competitors."""
