// The page that a new site shows, so that whoever opens it sees that it works and where to go on. Pure.
import { shellWord } from "../base/shell-word.ts";
import { escapeHtml } from "./content/html.ts";

/** `site` is its node, `folder` lies below the home. */
export const firstPage = (site: string, folder: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>inetsrv</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>inetsrv serves this page</h1>
<p>It is <code>${escapeHtml(folder)}/index.html</code> in the home of the server. Put the files of your site into that folder,
or let the site have another one: <code>inetsrv config set ${escapeHtml(shellWord(`${site}/path`))} FOLDER</code>
</html>
`;

/** What a new home begins with, by paths below it. */
export const welcomeFiles: Readonly<Record<string, string>> = {
  "content/default/index.html": firstPage("www/sites/default", "content/default"),
};
