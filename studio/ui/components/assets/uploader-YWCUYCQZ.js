function i(r,e={},...t){let n=document.createElement(r);for(let[s,o]of Object.entries(e))o===void 0||o===!1||n.setAttribute(s,o===!0?"":String(o));return n.append(...t),n}function h(r,e,t={}){let n=i("button",{type:"button",class:"button",...t},r);return n.addEventListener("click",e),n}function u(r,e){r.textContent!==e&&(r.textContent=e)}var K=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function G(r){return K.format(r)}function b(r,e,t=`${e}s`){return`${G(r)} ${r===1?e:t}`}function m(r){let e=["bytes","KB","MB","GB","TB"],t=r,n=0;for(;t>=1e3&&n<e.length-1;)t/=1e3,n+=1;return`${n===0||t>=100?Math.round(t):t.toFixed(1)} ${e[n]}`}function D(r){let e=Math.max(0,Math.round(r));if(e<60)return`${e} s`;let t=Math.floor(e/60);return t<10?`${t} min ${e%60} s`:t<60?`${t} min`:`${Math.floor(t/60)} h ${t%60} min`}var l=class extends Error{constructor(t,n,s,o){super(t);this.what=t;this.why=n;this.fix=s;this.status=o}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},$=new URL("../",import.meta.url),X=2e4,P="_streamlit_xsrf";function v(r,e={}){let t=new URL(r,$);for(let[n,s]of Object.entries(e))s!=null&&s!==""&&t.searchParams.set(n,String(s));return t.href}function k(){for(let r of document.cookie.split("; "))if(r.startsWith(`${P}=`))return r.slice(P.length+1);return""}async function E(){await fetch(new URL("../_stcore/health",$),{cache:"no-store"})}function T(r,e){try{let{error:t}=JSON.parse(e);if(t.what)return new l(t.what,t.why,t.fix,r)}catch{}return r>=500?new l(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new l(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function y(){return new l("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function M(r,e,t){let n={};r!=="GET"&&(n["x-xsrftoken"]=k()),t.json!==void 0&&(n["content-type"]="application/json");let s=AbortSignal.timeout(X),o={method:r,headers:n,credentials:"same-origin",keepalive:t.keepalive??!1,signal:t.signal?AbortSignal.any([t.signal,s]):s};t.json!==void 0&&(o.body=JSON.stringify(t.json));try{return await fetch(e,o)}catch(a){throw t.signal?.aborted?a:y()}}async function R(r,e,t={}){let n=await M(r,e,t);if(n.status===403&&r!=="GET"&&(await E().catch(()=>{}),n=await M(r,e,t)),!n.ok)throw T(n.status,await n.text().catch(()=>""));return n}async function q(r,e,t={}){return await(await R("POST",r,{...t,json:e})).json().catch(()=>Promise.reject(y()))}function g(r){return r instanceof l?r:new l("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var z=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
.button:hover:not(:disabled) {
  border-color: var(--accent);
  color: color-mix(in srgb, var(--accent) 80%, var(--ink));
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function F(r,e){let t=document.createElement("span");t.style.color=e,r.append(t);let n=getComputedStyle(t).color;t.remove();let s=n.match(/[\d.]+/g)?.map(Number)??[],o=n.startsWith("color(")?255:1;return[(s[0]??0)*o,(s[1]??0)*o,(s[2]??0)*o]}function I([r,e,t]){let n=s=>{let o=s/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(e)+.0722*n(t)}function S(r){let e=I(F(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=e?"dark":"light";let t=I(F(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var J=50;function U(r,e){let t=new WeakMap;return n=>{let s=n.parentElement,o=t.get(s);if(o)S(o.host),o.instance.update(n);else{let x=document.createElement("style");x.textContent=z+r;let f=document.createElement("div");f.className="studio",s.append(x,f),S(f),o={host:f,style:x,instance:e(f,n),turn:0},t.set(s,o)}let a=o,c=++a.turn;return()=>{setTimeout(()=>{a.turn!==c||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),t.delete(s))},J)}}}function V(r,...e){let t=i("div",{class:"notice",role:"alert"},i("p",{class:"notice-what"},r.what),i("p",{},r.why),i("p",{class:"notice-fix"},r.fix));return e.length>0&&t.append(i("div",{class:"notice-actions"},...e.map(n=>h(n.label,()=>n.run())))),t}function d(r,e,...t){if(!e){r.replaceChildren();return}let n=[e.what,e.why,...t.map(s=>s.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(V(e,...t)))}var A={images:{suffixes:["zip","png","jpg","jpeg","gif","bmp","webp"],nothing:"A zip or a folder of pictures is needed, such as PNG or JPEG."},npy:{suffixes:["npy"],nothing:"NumPy files are needed, with names that end in .npy."}};function j(r){let e=Array.from(r,t=>({file:t,name:t.webkitRelativePath||t.name}));return O(e.filter(({name:t})=>!_(t)))}async function H(r){let e=Array.from(r.items,s=>s.webkitGetAsEntry()),t=[],n=e.filter(s=>s!==null);for(;n.length>0;)n=(await Promise.all(n.filter(o=>!_(o.fullPath)).map(async o=>{if(o.isDirectory)return Q(o);let a=await Y(o);return t.push({file:a,name:o.fullPath.replace(/^\/+/,"")}),[]}))).flat();return O(t.sort((s,o)=>s.name.localeCompare(o.name,"en")))}function _(r){return r.split("/").some(e=>e.startsWith(".")||e==="__MACOSX"||e==="Thumbs.db")}function N(r,e){let t=A[e].suffixes,n=r.files.filter(({name:s})=>t.includes(s.slice(s.lastIndexOf(".")+1).toLowerCase()));return{...r,files:n}}function O(r){let[e]=r;if(!e)return{files:r,label:""};let[t]=e.name.split("/");if(e.name.includes("/")&&r.every(({name:s})=>s.startsWith(`${t}/`))){let s=`${t}/`.length;return{files:r.map(({file:a,name:c})=>({file:a,name:c.slice(s)})),label:t??""}}return{files:r,label:r.length===1?e.name:`${r.length} files`}}async function Q(r){let e=r.createReader(),t=[];for(;;){let n=await new Promise((s,o)=>{e.readEntries(s,o)});if(n.length===0)return t;t.push(...n)}}function Y(r){return new Promise((e,t)=>r.file(e,t))}var B=`.uploader {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.uploader > div:empty {
  display: none;
}
.zone {
  display: grid;
  justify-items: center;
  gap: 0.9rem;
  padding: 1.75rem 1rem;
  border: 1.5px dashed var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  text-align: center;
  transition:
    border-color 0.12s,
    background-color 0.12s;
}
.zone.over {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 12%, var(--soft));
}
.prompt {
  font-size: 1.05rem;
}
@media (hover: none) {
  .prompt {
    display: none;
  }
}
.buttons {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.5rem;
}
.buttons > span {
  position: relative;
}
.busy {
  display: grid;
  gap: 0.5rem;
  padding: 0.75rem 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.busy-head,
.busy-foot {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.busy-foot {
  flex-wrap: wrap;
}
.label {
  min-width: 0;
  font-weight: 600;
  overflow-wrap: anywhere;
}
.busy-head .button {
  flex: none;
}
.busy.done .bar {
  display: none;
}
`;var ee=3,te=500,re=8e3,p=class extends Error{},w=class{constructor(e,t){this.onProgress=t;this.queue=[...e],this.total=e.reduce((n,{file:s})=>n+s.size,0)}onProgress;total;upload=null;trouble=null;queue;requests=new Map;finished=0;cancelled=!1;get sent(){let e=this.finished;for(let t of this.requests.values())e+=t;return Math.min(this.total,e)}get filesLeft(){return this.queue.length+this.requests.size}async run(){this.upload??=await this.persist(async()=>(await q(v("uploads"),{})).upload);let e=this.upload,t=Array.from({length:Math.min(ee,this.queue.length)},()=>this.work(e)),n=await Promise.allSettled(t);for(let s of n)if(s.status==="rejected")throw s.reason;return e}cancel(){this.cancelled=!0;for(let e of this.requests.keys())e.abort();this.upload&&L(this.upload)}async work(e){for(let t=this.queue.shift();t;t=this.queue.shift()){let{file:n,name:s}=t;try{await this.persist(()=>this.put(e,n,s),n)}catch(o){throw this.queue.unshift(t),o}this.finished+=n.size,this.onProgress()}}async persist(e,t){for(let n=0;;n+=1){if(this.cancelled)throw new p;try{let s=await e();return this.trouble=null,s}catch(s){if(this.cancelled)throw new p;let o=g(s);if(!o.passing)throw o;t&&await ne(t),this.trouble=o,this.onProgress(),await se(Math.min(re,te*2**n))}}}async put(e,t,n){let s=v(`uploads/${e}/files`,{name:n});try{await this.send(s,t)}catch(o){if(!(o instanceof l)||o.status!==403)throw o;await E(),await this.send(s,t)}}send(e,t){return new Promise((n,s)=>{let o=new XMLHttpRequest;this.requests.set(o,0),o.open("PUT",e),o.setRequestHeader("x-xsrftoken",k()),o.setRequestHeader("content-type","application/octet-stream"),o.upload.addEventListener("progress",a=>{this.requests.has(o)&&(this.requests.set(o,a.loaded),this.onProgress())}),o.addEventListener("loadend",()=>{this.requests.delete(o),o.status>=200&&o.status<300?n():o.status===0?s(y()):s(T(o.status,o.responseText))}),o.send(t)})}};function L(r){R("DELETE",v(`uploads/${r}`),{keepalive:!0}).catch(()=>{})}async function ne(r){try{await r.slice(0,1).arrayBuffer()}catch{throw new l(`The file ${r.name} can no longer be read.`,"It was changed, moved or deleted since it was chosen.","Cancel, and choose the files again.",-1)}}function se(r){return new Promise(e=>setTimeout(e,r))}var oe=4e3,ie=100,C=class{args;transfer=null;choice={files:[],label:""};done=null;marks=[];painted=0;skipped=0;zone=i("div",{class:"zone"});prompt=i("p",{class:"prompt"});buttons=i("div",{class:"buttons"});busy=i("div",{class:"busy",hidden:!0});label=i("p",{class:"label"});figures=i("p",{class:"muted small numbers"});fill=i("div");bar=i("div",{class:"bar",role:"progressbar","aria-label":"Upload","aria-valuemin":0,"aria-valuemax":100},this.fill);status=i("span",{class:"status",role:"status"});stopButton=h("Cancel",()=>this.stop());place=i("div");onUnload=e=>{this.transfer&&e.preventDefault()};constructor(e,t){this.args=t,this.zone.append(this.prompt,this.buttons),this.busy.append(i("div",{class:"busy-head"},this.label,this.stopButton),this.bar,i("div",{class:"busy-foot"},this.figures,this.status));let n=i("div",{class:"uploader"},this.zone,this.busy,this.place);n.addEventListener("keydown",s=>s.stopPropagation()),n.addEventListener("dragover",s=>this.hover(s,!0)),n.addEventListener("dragleave",s=>this.hover(s,!1)),n.addEventListener("drop",s=>this.drop(s)),e.append(n),addEventListener("beforeunload",this.onUnload),this.offer(t.data.kind)}update(e){let t=e.data.kind!==this.args.data.kind;this.args=e,t&&this.offer(e.data.kind)}dispose(){removeEventListener("beforeunload",this.onUnload),this.transfer?.cancel()}offer(e){if(e==="npy"){u(this.prompt,"Drop .npy files here"),this.buttons.replaceChildren(this.chooser("Choose .npy files",{accept:".npy",multiple:!0},!0));return}u(this.prompt,"Drop a zip or a folder of pictures here");let t="webkitdirectory"in HTMLInputElement.prototype;this.buttons.replaceChildren(this.chooser("Choose a zip",{accept:".zip,application/zip"},!0),t?this.chooser("Choose a folder",{webkitdirectory:!0,multiple:!0},!1):this.chooser("Choose pictures",{accept:"image/*",multiple:!0},!1))}chooser(e,t,n){let s=i("input",{type:"file",class:"visually-hidden",tabindex:-1,...t});s.setAttribute("aria-hidden","true"),s.addEventListener("change",()=>{s.files&&s.files.length>0&&this.begin(j(s.files)),s.value=""});let o=h(e,()=>s.click(),{class:n?"button primary":"button"});return i("span",{},o,s)}hover(e,t){e.preventDefault(),this.zone.classList.toggle("over",t&&!this.transfer)}drop(e){e.preventDefault(),e.stopPropagation(),this.zone.classList.remove("over"),!(!e.dataTransfer||this.transfer)&&H(e.dataTransfer).then(t=>this.begin(t),t=>d(this.place,g(t)))}begin(e){let{kind:t}=this.args.data,n=N(e,t);if(n.files.length===0){let s=e.label?`“${e.label}” holds nothing that fits here.`:"No file was chosen.",o=t==="npy"?"Choose other files.":"Choose another zip or folder.";d(this.place,new l(s,A[t].nothing,o,-1));return}this.done&&this.forgetDone(),this.choice=n,this.skipped=e.files.length-n.files.length,this.transfer=new w(n.files,()=>this.progress()),this.marks=[{at:performance.now(),sent:0}],this.go()}async go(){let{transfer:e,choice:t}=this;if(e){d(this.place,null),this.paint();try{let n=await e.run();this.transfer=null,this.done={upload:n,files:t.files.length,bytes:e.total,label:t.label},this.args.setStateValue("upload",this.done)}catch(n){if(n instanceof p)return;d(this.place,g(n),{label:"Try again",run:()=>{this.go()}},{label:"Cancel",run:()=>this.stop()})}this.paint()}}stop(){this.transfer?.cancel(),this.transfer=null,d(this.place,null),this.done&&(this.forgetDone(),this.args.setStateValue("upload",null)),this.paint(),this.buttons.querySelector("button")?.focus()}forgetDone(){this.done&&L(this.done.upload),this.done=null}progress(){let e=performance.now(),{transfer:t}=this;e-this.painted<ie&&t&&t.filesLeft>0&&!t.trouble||(this.painted=e,this.paint())}paint(){let{transfer:e,done:t}=this;if(this.zone.hidden=e!==null||t!==null,this.busy.hidden=!this.zone.hidden,this.busy.classList.toggle("done",t!==null),u(this.stopButton,t?"Remove":"Cancel"),t){u(this.label,t.label),this.share(1);let n=this.skipped>0?` · ${b(this.skipped,"other file")} left out`:"";u(this.figures,`${b(t.files,"file")} · ${m(t.bytes)}${n}`),this.say("saved","uploaded")}else e&&(u(this.label,this.choice.label),this.share(e.total>0?e.sent/e.total:0),u(this.figures,this.pace(e)),e.trouble?this.say("offline","connection lost, trying again"):this.say("saving","uploading…"))}share(e){this.fill.style.transform=`scaleX(${e})`,this.bar.setAttribute("aria-valuenow",String(Math.round(e*100)))}say(e,t){this.status.dataset.state=e,u(this.status,t)}pace(e){let t=performance.now();for(this.marks.push({at:t,sent:e.sent});this.marks.length>2&&t-(this.marks[0]?.at??t)>oe;)this.marks.shift();let[n]=this.marks,s=n?t-n.at:0,o=n&&s>300?(e.sent-n.sent)/s*1e3:0,a=[`${m(e.sent)} of ${m(e.total)}`],{length:c}=this.choice.files;return c>1&&a.push(`${c-e.filesLeft} of ${b(c,"file")}`),o>0&&a.push(`${m(o)}/s`,`about ${D((e.total-e.sent)/o)} left`),a.join(" · ")}},Ae=U(B,(r,e)=>new C(r,e));export{Ae as default};
