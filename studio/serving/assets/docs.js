// The endpoints' page: Swagger UI over this process's own document, dark where the system is dark.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const endpoint = new URLSearchParams(window.location.search).get("endpoint");
window.ui = SwaggerUIBundle({
  url: endpoint === null ? "openapi.json" : `openapi.json?endpoint=${encodeURIComponent(endpoint)}`,
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  persistAuthorization: false,
  syntaxHighlight: { activated: false },
  tryItOutEnabled: true,
  validatorUrl: null,
});
