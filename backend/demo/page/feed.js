// Asks for more posts whenever the end of the feed comes near, as social feeds do.
const AT_ONCE = 4;
const NARROW = 320; // px, as in feed.py
const AHEAD = "600px"; // below the window
const TRUTHS = { real: "Real.", fake: "Fake." };

const feed = document.getElementById("feed");
const end = document.getElementById("end");
const template = document.getElementById("post");
let next = 0;
let asking = false;

async function more() {
  if (asking) return;
  asking = true;
  const answer = await fetch(`posts?from=${next}&count=${AT_ONCE}`);
  const { posts, next: after, of } = await answer.json();
  feed.append(...posts.map(draw));
  next = after;
  asking = false;
  if (next < of) watch();
  else end.textContent = "That is all.";
}

/** Observes anew each time: an end that is still in sight after the new posts counts again. */
function watch() {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      void more();
    },
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );
  observer.observe(end);
}

function draw(post, index) {
  const place = next + index;
  const article = template.content.firstElementChild.cloneNode(true);
  const find = (selector) => article.querySelector(selector);
  find(".avatar").src = `avatars/${post.author}.png`;
  find(".name").textContent = post.author;
  find(".when").textContent = place === 0 ? "now" : `${place * 7} minutes ago`;
  find(".text").textContent = post.text;
  find(".likes").textContent = String((place * 37 + 12) % 240);
  find(".shares").textContent = String((place * 13 + 3) % 40);
  const picture = find(".picture");
  const address = `pictures/${encodeURIComponent(post.name)}`;
  picture.width = post.width;
  picture.height = post.height;
  picture.alt = post.text;
  picture.dataset.name = post.name;
  picture.srcset = `${address}?width=${NARROW} ${Math.min(NARROW, post.width - 1)}w, ${address} ${post.width}w`;
  picture.src = address;
  const origin = find(".origin");
  if (post.truth) {
    origin.firstElementChild.textContent = TRUTHS[post.truth];
    origin.lastElementChild.textContent = post.origin;
  } else origin.remove();
  return article;
}

void more();
