"""What `smid doctor` looks at: one module a subject, each giving `Check`s."""
