/* The articles that can be read without a connection, on the page that is shown when there is none. */

import { ask } from "./shelf.js";
import { draw } from "./shelf-list.js";

draw("available", (await ask({ list: true })) ?? []);
