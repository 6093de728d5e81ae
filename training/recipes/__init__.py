"""The recipes by the id of their model."""

from collections.abc import Mapping

from training.recipe import Recipe
from training.recipes import dfc2020, mimo_unet, sen2lcz, uncrtaints

RECIPES: Mapping[str, Recipe] = {
    one.RECIPE.id: one.RECIPE for one in (sen2lcz, dfc2020, uncrtaints, mimo_unet)
}
