// A field that holds something to copy is selected when it is reached.
"use strict";
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select]")) event.target.select();
});
