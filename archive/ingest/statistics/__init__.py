"""Figures into datasets: tables of numbers in whatever shape they come, read, understood and written."""
