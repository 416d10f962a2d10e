/* The articles that can be read without a connection, on the page that is shown when there is none: those that are saved,
   and those that were opened, where the reader wants reading to be remembered. */

import { ask, wantsHistory } from "./shelf.js";
import { draw } from "./shelf-list.js";

const history = wantsHistory();
draw("available", (await ask({ list: true, history })) ?? []);
document.querySelector("[data-shelf-unlisted]").hidden = history;
