(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const bar = document.getElementById("theme-filters");
  if (bar) {
    const themes = [...document.querySelectorAll(".theme")];
    const selects = [...bar.querySelectorAll("select")];
    const shown = document.getElementById("themes-shown");
    const empty = document.getElementById("themes-empty");
    const apply = () => {
      let count = 0;
      for (const theme of themes) {
        const fits = selects.every((select) => {
          if (!select.value) return true;
          return JSON.parse(theme.dataset[select.name]).includes(select.value);
        });
        theme.hidden = !fits;
        count += fits ? 1 : 0;
      }
      shown.textContent = shown.dataset.words.replace("{shown}", count).replace("{total}", themes.length);
      empty.hidden = count > 0;
    };
    selects.forEach((select) => select.addEventListener("change", apply));
    bar.addEventListener("reset", () => setTimeout(apply));
    bar.addEventListener("submit", (event) => event.preventDefault());
    apply();
    addEventListener("hashchange", () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target && target.hidden) { bar.reset(); setTimeout(() => target.scrollIntoView()); }
    });
  }

  const pick = document.getElementById("product-aspect");
  if (pick) {
    const figures = [...document.querySelectorAll("[data-product-aspect]")];
    const show = () => figures.forEach((figure) => { figure.hidden = figure.dataset.productAspect !== pick.value; });
    pick.addEventListener("change", show);
    show();
  }

  for (const chart of document.querySelectorAll(".series-chart")) {
    const spots = JSON.parse(chart.dataset.spots);
    const cursor = chart.querySelector(".cursor");
    const readout = chart.parentElement.querySelector(".readout");
    const idle = readout.textContent;
    let chosen = -1;
    const choose = (index) => {
      chosen = index;
      const spot = spots[index];
      cursor.setAttribute("visibility", spot ? "visible" : "hidden");
      if (spot) { cursor.setAttribute("x1", spot.x + "%"); cursor.setAttribute("x2", spot.x + "%"); }
      readout.textContent = spot ? spot.note : idle;
    };
    chart.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      const place = 100 * (event.clientX - box.left) / box.width;
      let best = 0;
      spots.forEach((spot, i) => { if (Math.abs(spot.x - place) < Math.abs(spots[best].x - place)) best = i; });
      choose(best);
    });
    chart.addEventListener("pointerleave", () => choose(-1));
    chart.addEventListener("blur", () => choose(-1));
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(chosen < 0 ? (step > 0 ? 0 : spots.length - 1) : Math.min(spots.length - 1, Math.max(0, chosen + step)));
    });
  }

  const links = new Map([...document.querySelectorAll("nav.bar a")].map((link) => [link.hash.slice(1), link]));
  if ("IntersectionObserver" in window) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id).setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-20% 0px -70% 0px" });
    links.forEach((_, id) => watch.observe(document.getElementById(id)));
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
