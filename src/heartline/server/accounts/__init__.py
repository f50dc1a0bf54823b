"""Who may do what: people, roles, sign-in links, API keys, the audit trail."""
