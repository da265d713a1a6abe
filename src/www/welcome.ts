// The page that the first site of a new home shows, so that whoever opens it sees that it works and where to go on. Data only.

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>inetsrv</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>inetsrv serves this page</h1>
<p>It is <code>content/default/index.html</code> in the home of the server. Put the files of your site into that folder,
or let the site have another one: <code>inetsrv config set www/sites/default/path FOLDER</code>
</html>
`;

/** By their paths below the home. */
export const welcomeFiles: Readonly<Record<string, string>> = { "content/default/index.html": PAGE };
