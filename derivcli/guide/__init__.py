"""What the program says of itself: the help on the screen and the page for `man`, from the commands as they are."""
