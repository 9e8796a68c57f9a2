"""Any server that speaks the OpenAI HTTP interface: `engine.OpenAIEngine`."""
