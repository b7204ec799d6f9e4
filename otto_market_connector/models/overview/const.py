"""Spans and goals of the overview, each with what it rests on."""

from datetime import timedelta

# Two weeks show a weekly rhythm twice.
CHART_DAYS = 14
# OTTO judges the service of a seller over the last weeks; a month smooths a bad day.
FIGURE_SPAN = timedelta(days=30)
# Customers may send goods back for 30 days, and parcels take their time: younger orders are not all back yet.
RETURN_SPAN = timedelta(days=90)
# OTTO's goal for the first delivery attempt in time, in percent.
GOAL_IN_TIME = 95
