"""What a desk can do to the model beyond lending people: one module for each lever, with its assumed figures."""
