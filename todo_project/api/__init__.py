"""What both services' HTTP APIs share, on Django REST framework: authentication, errors, parsing, paging, health."""
