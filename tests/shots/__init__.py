"""Pictures of every page, as others will see it: `./shots DIR`.

Pages are found, not listed: by following links from the first page, and by trying every other address that the server
knows. A page that is added is pictured without anyone remembering.
"""
