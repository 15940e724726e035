"""What each section of the page shows, prepared from the report's content: words, figures in print, and charts.

Every module has one function ``view(content, words, names)`` that gives the values its template uses.
"""
