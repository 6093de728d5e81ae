// Shows how much of a file has been sent, and says before sending that one is too large. Without it the form
// works as well: the browser sends it, and shows what the service answers.

/** Say what is wrong below the field; an empty text takes it back. */
function blame(form, text) {
  const fault = form.querySelector("[data-fault]");
  fault.textContent = text;
  fault.hidden = !text;
  const file = form.querySelector("input[type=file]");
  if (text) file.setAttribute("aria-invalid", "true");
  else file.removeAttribute("aria-invalid");
}

/** Whether the file is taken, as far as its size tells. */
function fits(form) {
  const file = form.querySelector("input[type=file]").files[0];
  const isTooLarge = file !== undefined && file.size > Number(form.dataset.most);
  blame(form, isTooLarge ? form.dataset.tooLarge : "");
  return !isTooLarge;
}

/** Show the share that was sent, 0 to 1; what follows takes a time that nobody knows. Null hides it. */
function show(form, share) {
  const bar = form.querySelector("progress");
  const what = form.querySelector("[data-what]");
  form.querySelector("[data-sent]").hidden = share === null;
  form.querySelector("button").disabled = share !== null;
  if (share === null) return;
  const text = share < 1 ? form.dataset.sending : form.dataset.reading;
  if (what.textContent !== text) what.textContent = text;
  if (share < 1) bar.value = share * 100;
  else bar.removeAttribute("value");
}

/** Go where the service leads, or put the page that it answered with in the place of this one. */
function take(form, request) {
  if (request.status === 200) {
    location.assign(request.responseURL);
    return;
  }
  const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  if (!main) {
    fail(form);
    return;
  }
  document.querySelector("main").replaceWith(document.adoptNode(main));
  main.querySelector("[autofocus]")?.focus();
  begin(main.querySelector("[data-upload]"));
}

function fail(form) {
  show(form, null);
  blame(form, form.dataset.failed);
}

function send(form) {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) show(form, event.loaded / event.total);
  });
  request.addEventListener("load", () => take(form, request));
  request.addEventListener("error", () => fail(form));
  request.open("POST", form.action);
  request.send(new FormData(form));
  show(form, 0);
}

function begin(form) {
  if (!form) return;
  form.querySelector("input[type=file]").addEventListener("change", () => fits(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (fits(form)) send(form);
    else form.querySelector("input[type=file]").focus();
  });
}

begin(document.querySelector("[data-upload]"));

// A page that comes back from the history sends nothing.
addEventListener("pageshow", () => {
  const form = document.querySelector("[data-upload]");
  if (form) show(form, null);
});
