// What the page can do beyond being read: search, copy a paragraph's address, mark the current section. All of it is
// left out where there is no script, and nothing of it is needed to read.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const main = $("main"), status = $(".status");

  // Search: blocks that hold the words stay, whatever their accents and case; a heading stays over what is left of it.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const level = (block) => Number(/^H(\d)$/.exec(block.tagName)?.[1] ?? 9);
  const blocks = [...main.children].map((block) => ({ block, level: level(block), text: fold(block.textContent) }));
  const template = $("#search_");
  main.before(template.content);
  const output = $(".search output");
  const search = (words) => {
    const open = [];
    let count = 0;
    for (const entry of blocks) {
      entry.block.hidden = !entry.text.includes(words);
      if (entry.level < 9) {
        while (open.length && open.at(-1).level >= entry.level) open.pop();
        open.push(entry);
      } else if (!entry.block.hidden) {
        count += 1;
        for (const heading of open) heading.block.hidden = false;
      }
    }
    const total = blocks.filter((entry) => entry.level === 9).length;
    const some = template.dataset.some.replace("{count}", count).replace("{total}", total);
    output.textContent = !words ? "" : count ? some : template.dataset.none;
  };
  $(".search input").addEventListener("input", (event) => search(fold(event.target.value.trim())));

  // Copy: one button, which comes to the paragraph that the pointer or the focus is at.
  const copy = $("#copy_").content.firstElementChild;
  const come = (event) => {
    const number = event.target.closest?.("main p")?.querySelector(".number");
    if (number && number.nextSibling !== copy) number.after(copy);
  };
  main.addEventListener("pointerover", come);
  main.addEventListener("focusin", come);
  copy.addEventListener("click", async () => {
    const address = new URL(copy.previousSibling.getAttribute("href"), location.href);
    await navigator.clipboard.writeText(address.href);
    status.textContent = $("#copy_").dataset.done;
    setTimeout(() => (status.textContent = ""), 2000);
  });

  // Contents: the section at the top of the window is the current one.
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...main.querySelectorAll("h2, h3, h4, h5, h6")].filter((heading) => links.has(heading.id));
  const mark = () => {
    const current = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3).at(-1);
    for (const [id, link] of links) {
      if (current?.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  if (headings.length) {
    addEventListener("scroll", mark, { passive: true });
    mark();
  }
})();
