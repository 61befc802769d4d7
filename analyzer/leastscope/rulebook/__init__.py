"""Knowledge read from rule packs, validated and indexed."""
