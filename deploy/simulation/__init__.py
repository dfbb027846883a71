"""How the scaling of the templates answers jumps of load: policies, a model of AWS around them, situations, plots."""
