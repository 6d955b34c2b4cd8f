"""What a source says: the declaration, its briefing overlay, inline text, pictures and protective markings."""
