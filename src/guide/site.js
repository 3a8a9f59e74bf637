// Shows one language of a set of tabs at a time, the same one in all sets and on the next visit.
(function () {
    "use strict";
    const KEY = "escrowdb-language";
    const sets = Array.from(document.querySelectorAll(".tabs"));

    function remembered() {
        try {
            return localStorage.getItem(KEY);
        } catch (error) {
            return null; // The browser keeps nothing: the first language is shown.
        }
    }

    function remember(name) {
        try {
            localStorage.setItem(KEY, name);
        } catch (error) {
            // The choice lasts as long as the page.
        }
    }

    function show(name) {
        for (const set of sets) {
            const sections = Array.from(set.querySelectorAll(":scope > section"));
            const known = sections.some((section) => section.dataset.tab === name);
            const chosen = known ? name : sections[0].dataset.tab;
            for (const section of sections) section.hidden = section.dataset.tab !== chosen;
            for (const button of set.querySelectorAll("[role=tab]")) {
                const is = button.textContent === chosen;
                button.setAttribute("aria-selected", String(is));
                button.tabIndex = is ? 0 : -1;
            }
        }
    }

    sets.forEach((set, number) => {
        const bar = document.createElement("div");
        bar.setAttribute("role", "tablist");
        bar.setAttribute("aria-label", "Language");
        const buttons = Array.from(set.querySelectorAll(":scope > section"), (section, place) => {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = section.dataset.tab;
            button.id = `tab-${number}-${place}`;
            section.id = `panel-${number}-${place}`;
            section.setAttribute("role", "tabpanel");
            section.setAttribute("aria-labelledby", button.id);
            button.setAttribute("role", "tab");
            button.setAttribute("aria-controls", section.id);
            button.addEventListener("click", () => {
                remember(button.textContent);
                show(button.textContent);
            });
            return button;
        });
        bar.addEventListener("keydown", (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (!step) return;
            // mdBook turns pages by the same keys.
            event.stopPropagation();
            event.preventDefault();
            const at = buttons.indexOf(document.activeElement);
            const next = buttons[(at + step + buttons.length) % buttons.length];
            next.focus();
            next.click();
        });
        bar.append(...buttons);
        set.prepend(bar);
        set.classList.add("one-at-a-time");
    });
    show(remembered());
})();
