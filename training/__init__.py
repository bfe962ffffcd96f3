"""Training and evaluation: folders of real and fake pictures in, a run folder with a model out."""
