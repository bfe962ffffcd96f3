// How the extension is built, and its manifest, for Chrome and Firefox (both Manifest V3).
import { defineConfig } from "wxt";

export default defineConfig({
  srcDir: "src",
  // Beside src/, so that the model copied at build time never lies among the sources.
  publicDir: "public",
  imports: false,
  manifest: ({ browser }) => ({
    name: "Candid",
    description: "__MSG_extensionDescription__",
    default_locale: "en",
    permissions: [
      "storage", // settings; verdicts of this browser session
      "contextMenus", // "Check this image"
      "activeTab", // with scripting: right-click works on a page opened before the installation
      "scripting",
      // Names the page's site to picture servers that answer nobody else; for hosts that we may read anyway.
      "declarativeNetRequestWithHostAccess",
      // A worker for the judge in the browser; Firefox's background starts it without.
      ...(browser === "firefox" ? [] : ["offscreen" as const]),
    ],
    // The bytes of a picture can be read neither by the page's scripts nor by a content script (a CDN
    // is another origin): the background has to fetch them, from whatever host the site uses. Feeds
    // draw from hosts nobody can list, hence every host. The same covers the service on 127.0.0.1.
    host_permissions: ["*://*/*"],
    commands: {
      "check-picture": {
        suggested_key: { default: "Alt+Shift+C", mac: "MacCtrl+Shift+C" },
        description: "__MSG_commandCheck__",
      },
      "walk-badges": {
        suggested_key: { default: "Alt+Shift+B", mac: "MacCtrl+Shift+B" },
        description: "__MSG_commandWalk__",
      },
    },
    action: { default_title: "Candid" },
    icons: {
      16: "icon/16.png",
      32: "icon/32.png",
      48: "icon/48.png",
      96: "icon/96.png",
      128: "icon/128.png",
    },
    content_security_policy: {
      extension_pages:
        "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'",
    },
    ...(browser === "firefox"
      ? {
          browser_specific_settings: {
            // CSS anchor positioning, which holds the badges on their pictures, came with Firefox 147.
            gecko: {
              id: "candid@candid.invalid",
              strict_min_version: "147.0",
              data_collection_permissions: { required: ["none"] },
            },
            gecko_android: { strict_min_version: "147.0" },
          },
        }
      : { minimum_chrome_version: "133" }), // anchor positioning with position-visibility
  }),
});
