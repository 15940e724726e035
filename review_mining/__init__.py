"""Mining of Chinese shop reviews and after-sales complaints."""
