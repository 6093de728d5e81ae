// Draws the description of the REST interface; the policy of our pages allows no script inside them.
window.SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("reference"),
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
});
