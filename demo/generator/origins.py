"""Where the invented persons come from: names, languages and schooling by country of origin.

The shares follow the order of size of countries among newcomers in Flanders in the last years; they are an
estimate, made for a believable list on screen, not a statistic. Names are common names of the country in
the spelling Belgian registers use; no list is taken from a register of persons.

In the lists below a blank separates two names, `_` is a blank within one name, and `Kowalski/Kowalska` is the man's
and the woman's form of a family name.
"""

from dataclasses import dataclass, field
from typing import Literal

Style = Literal["family", "fathers", "two_families", "middle"]


@dataclass(frozen=True)
class Origin:
    """One country of origin.

    `style` says how a full name is put together: "family" (given names, one family name), "fathers" (given
    name, then the given names of father and grandfather), "two_families" (of father and mother), "middle"
    (a middle name that belongs to the given names). `second` is the share of persons with a second given
    name, `literate` the share who can read and write in any script, `latin` whether the country's own script
    is Latin, `duty` the share for whom integration is an obligation.
    """

    country: str
    iso: str
    share: float
    languages: tuple[str, ...]
    course_language: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...] = ()
    family_female: tuple[str, ...] = ()
    middle_male: tuple[str, ...] = field(default=())
    middle_female: tuple[str, ...] = field(default=())
    style: Style = "family"
    second: float = 0.3
    literate: float = 0.95
    latin: bool = True
    duty: float = 0.85


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in text.split())


def _origin(
    country: str,
    iso: str,
    share: float,
    languages: str,
    course_language: str,
    *,
    male: str,
    female: str,
    family: str = "",
    middle: tuple[str, str] = ("", ""),
    style: Style = "family",
    second: float = 0.3,
    literate: float = 0.95,
    latin: bool = True,
    duty: float = 0.85,
) -> Origin:
    families = _names(family)
    return Origin(
        country=country,
        iso=iso,
        share=share,
        languages=_names(languages),
        course_language=_names(course_language),
        male=_names(male),
        female=_names(female),
        family=tuple(name.split("/")[0] for name in families),
        family_female=tuple(name.split("/")[-1] for name in families),
        middle_male=_names(middle[0]),
        middle_female=_names(middle[1]),
        style=style,
        second=second,
        literate=literate,
        latin=latin,
        duty=duty,
    )


_ARABIC_MALE = """Mohammad Ahmad Omar Khaled Ali Hassan Hussein Ibrahim Youssef Mahmoud Bilal Anas Yazan
Tarek Samer Bassel Fadi Ghassan Hamza Imad Jamal Karim Louay Maher Nabil Osama Qusay Rami Saleh Tamer Usama
Wael Yaser Ziad Abdulrahman Abdullah Amer Ayham Bashar Diaa Firas Hadi Husam Iyad Kinan Majd Mazen Moayad
Muhannad Nizar Obada Rawad Safwan Taha Wassim Zaher"""
_ARABIC_FEMALE = """Fatima Aya Maryam Rima Hala Nour Rana Sara Layla Amal Hanan Dima Ghada Hiba Iman Joumana
Kinda Lina Maha Nada Ola Rasha Safaa Taghrid Wafaa Yasmin Zeinab Alaa Batoul Duaa Eman Farah Ghina Huda
Israa Jana Khadija Lamis Manal Nisreen Rahaf Reem Samar Shahd Suad Tala Walaa Yara Zahra Asmaa Baraa Dalal
Sawsan Rouba Nahla Bushra"""
_SYRIAN = """Al_Ahmad Al_Ali Al_Hassan Al_Hussein Al_Khatib Al_Masri Al_Najjar Al_Omar Al_Saleh Al_Shami
Alabdullah Alhamad Alhariri Aljasem Alkurdi Almohammad Alrifai Alsayed Darwish Haddad Hamdan Ibrahim Issa
Jaber Kanaan Khalil Khoury Mansour Nasser Othman Qasem Ramadan Sabbagh Shaheen Suleiman Tahan Yousef Zaki
Akkad Antar Awad Bakkar Barakat Chahine Dabbagh Diab Fares Ghanem Habbal Hallak Jabbour Jarrah Kabbani
Kassab Kattan Maarouf Malki Mardini Nahhas Obeid Qabbani Rahhal Saadi Safadi Samman Sheikho Shehadeh Tayyar
Turk Wehbe Yassin Zeitoun Bozan Hamo Sino Temo Xelil Cheikh_Mousa Abo_Zeid Al-Zoubi Alhomsi Alhalabi Albakri
Bitar Droubi Fattal Idlbi Jandali Kharsa Mahayni Nabulsi Rustom Sukkar Tinawi Mouazen Kayyali Hourani Atassi
Barazi Daas Ezzedin Farra"""
_AFGHAN_MALE = """Ahmad Mohammad Abdul Ali Hamid Karim Rahim Farid Jawad Mahdi Reza Sayed Noor Gul Habib
Hashmat Idris Jalil Khalid Latif Mirwais Najib Omid Popal Qasim Rafi Sami Tamim Wahid Yama Zabihullah
Asadullah Bashir Dawood Ehsan Fawad Ghulam Haroon Inayat Javed Kamran Mustafa Nasrat Obaidullah Parwiz
Rohullah Shafiq Sediq Turan Wali Zalmai Esmatullah Hekmatullah Naqibullah Samiullah Zmarai"""
_AFGHAN_FEMALE = """Zahra Fatima Maryam Laila Zainab Parwana Shabnam Freshta Marwa Sahar Nilofar Roya Soraya
Wazhma Zarghuna Aziza Basira Diba Ferozan Golsum Hosai Jamila Khatera Lailuma Masuma Nadia Palwasha Rahima
Sediqa Tahmina Yalda Zohra Anisa Breshna Farzana Gulalai Habiba Karima Latifa Malalai Najiba Nargis Parisa
Qadria Razia Shukria Spogmai Sima Torpekai Zuhal"""
_AFGHAN = """Ahmadi Mohammadi Rahimi Karimi Hosseini Haidari Noori Safi Stanikzai Sultani Amiri Azizi
Barakzai Faizi Ghafari Habibi Ibrahimi Jafari Kakar Mohseni Nazari Omari Popalzai Qaderi Rasuli Sadat
Sharifi Shinwari Tajik Wardak Yusufzai Zadran Zaheer Akbari Alizai Andar Bakhtari Durrani Ebrahimi Fazli
Ghaznawi Hamidi Hotak Jalali Khaliqi Lodin Mangal Momand Naseri Niazi Nurzai Oryakhil Payenda Qazizada Rezai
Sediqi Samadi Tarakhil Taniwal Wafa Yaqubi Zazai Zurmati Ahmadzai Arsala Barekzai Ghilzai Hakimi Khogyani
Miakhel Naderi Panjshiri Rasooli Salarzai"""
_ERITREAN_MALE = """Tesfay Berhane Haile Yonas Filmon Abraham Samuel Daniel Kidane Mehari Girmay Amanuel
Biniam Dawit Ermias Efrem Fitsum Goitom Habtom Henok Isaias Jemal Kibrom Luul Merhawi Michael Mulugeta
Natnael Okbay Petros Robel Semere Simon Tekle Temesgen Teklit Tewelde Tsegay Weldu Yemane Yohannes Zerai
Zekarias Aron Awet Asmerom Bereket Desbele Ghebremeskel Ghirmay Hagos Kahsay Negasi Russom Solomon Woldeab"""
_ERITREAN_FEMALE = """Selam Senait Rahel Helen Sara Ruta Saba Tsige Luwam Feven Akberet Almaz Azieb Bisrat
Brikti Danait Eden Elsa Fiyori Freweini Ghenet Hana Hiwot Kisanet Lemlem Letebrhan Meaza Mihret Milena
Mebrat Natsnet Nigisti Rigat Rim Roza Samrawit Semhar Sennait Simret Soliana Tirhas Tsega Winta Yordanos
Zaid Zebib Abeba Medhin Delina Genet"""
_SOMALI_MALE = """Abdi Mohamed Ahmed Ali Hassan Hussein Yusuf Omar Ismail Abdirahman Abdullahi Adan Bashir
Dahir Elmi Farah Guled Hirsi Ibrahim Jama Khalif Liban Mahad Muse Nur Osman Qasim Roble Said Sharif Warsame
Yasin Zakariya Abdikarim Abdinasir Abukar Ayanle Barre Deeq Duale Faysal Garad Hared Idris Jibril Kaynaan
Mukhtar Mursal Nuur Samatar Shire Siyad Tahlil Weheliye"""
_SOMALI_FEMALE = """Hodan Amina Fadumo Halima Khadra Sahra Asha Ayan Deeqa Faiza Filsan Hawa Hibo Idil Ifrah
Istahil Jamilo Kaltuun Ladan Leyla Maryan Muna Naima Nimo Najma Qamar Rahma Roda Ruqiyo Safiya Saida Shukri
Sirad Sucaad Ubah Warda Xaliimo Yasmin Zaynab Bilan Fartun Hamdi Ikran Sagal Samira Suhuur Zamzam Hinda
Farhiya Bisharo"""
_MOROCCAN_MALE = """Mohamed Youssef Hassan Karim Rachid Said Omar Hamza Bilal Abdelkader Abdellah Adil Aziz
Brahim Driss El_Mehdi Fouad Hicham Ilyas Ismail Jaouad Khalid Lahcen Mehdi Mourad Mustapha Nabil Noureddine
Othmane Reda Redouan Samir Soufiane Tarik Yassine Younes Zakaria Abdelilah Ayoub Badr Hakim Jamal Larbi
Mimoun Mohcine Najib Rida Salah Taoufik Zouhair"""
_MOROCCAN_FEMALE = """Fatima Khadija Aicha Samira Naima Hanane Laila Malika Nadia Rachida Saida Souad Zineb
Amina Asmae Bouchra Chaimae Dounia Fatiha Fatima-Zahra Ghizlane Hafida Halima Houda Ikram Imane Jamila
Karima Kaoutar Loubna Meryem Mina Mounia Najat Nora Oumaima Rajae Rahma Salma Sanae Sara Sihame Siham
Soumaya Wafae Yamina Yousra Zahra Zohra"""
_MOROCCAN = """El_Amrani Benali El_Idrissi Bouzid El_Khattabi Aziz Bakkali Chaoui Daoudi El_Fassi
El_Hamdaoui El_Yaakoubi Haddou Idrissi Jabri Kaddouri Lahlou Mansouri Naciri Ouali Ouahabi Rahmani Saidi
Tahiri Yahyaoui Zaoui Aarab Abbou Ait_Benhaddou Ajouaou Amghar Azzouzi Belhaj Benchekroun Bennani Boukhari
Boulahrouz Bourkia Chahbari Cherkaoui Dahmani El_Allaoui El_Boujdaini El_Ghazi El_Hachimi El_Kaddouri
El_Mansouri El_Mouden El_Ouazzani Essaidi Fassi_Fihri Ghailan Haddadi Hajji Jelloul Kharbouch Lamrani
M'Hamdi M'Barki Mahi Maroufi Messaoudi Moussaoui Nejjari Ouaziz Rifi Sabri Sbai Sefrioui Talbi Tazi Touzani
Zerouali Zouggagh"""
_TURKISH_MALE = """Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Ömer Yusuf Emre Burak Can Cem Deniz
Efe Erhan Fatih Furkan Gökhan Halil Hakan İsmail Kadir Kaan Kemal Levent Metin Okan Onur Orhan Özgür Ramazan
Recep Selim Serkan Süleyman Tolga Tuncay Uğur Umut Veli Volkan Yasin Yiğit Yunus Zeki Çağlar Çetin Şahin
Şükrü Barış"""
_TURKISH_FEMALE = """Elif Fatma Ayşe Emine Hatice Zeynep Merve Büşra Esra Özlem Aslı Ayten Bahar Burcu Ceren
Çiğdem Derya Dilek Ebru Ece Eda Filiz Gizem Gül Gülşen Hacer Hülya İrem Kübra Leyla Melek Meryem Müge Nazlı
Nesrin Nur Pınar Rabia Seda Selin Sevgi Sibel Songül Sultan Şeyma Şule Tuğba Yasemin Yeliz Zehra"""
_TURKISH = """Demir Yılmaz Kaya Şahin Çelik Yıldız Öztürk Aydın Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt
Özdemir Şimşek Polat Korkmaz Aksoy Aktaş Altun Avcı Aydoğan Bayram Bozkurt Bulut Coşkun Çakır Demirci Duman
Erdem Erdoğan Ergün Güler Güneş Güven Işık Kaplan Karaca Karataş Keskin Koçak Özcan Özer Özkan Sarı Sönmez
Şen Taş Tekin Tosun Turan Türk Uçar Ünal Uysal Yalçın Yavuz Yıldırım Yüksel Acar Akbulut Ateş Başaran Cengiz
Dinç Durmuş Gök"""
_UKRAINIAN_MALE = """Oleksandr Andrii Serhii Volodymyr Mykola Ivan Dmytro Yurii Viktor Oleh Bohdan Taras
Roman Vasyl Petro Mykhailo Maksym Denys Artem Yaroslav Ihor Kostiantyn Vitalii Anatolii Hryhorii Stepan
Oleksii Pavlo Ruslan Vadym Yevhen Nazar Ostap Danylo Tymofii Kyrylo Matvii Heorhii Leonid Zakhar Arsen
Vladyslav Rostyslav Stanislav Valentyn Anton Borys Eduard Illia Marko Nazarii Orest Sviatoslav Tymur Valerii
Zenovii"""
_UKRAINIAN_FEMALE = """Olena Iryna Nataliia Oksana Tetiana Svitlana Liudmyla Halyna Mariia Anna Yuliia
Viktoriia Kateryna Olha Inna Larysa Valentyna Nadiia Hanna Alina Anastasiia Daria Sofiia Polina Khrystyna
Solomiia Yana Alla Lesia Myroslava Bohdana Zoriana Vira Liubov Tamara Zinaida Raisa Antonina Diana Karina
Marharyta Veronika Yelyzaveta Zlata Uliana Orysia Ruslana Snizhana Stefaniia Nina Lidiia Ksenia Milana Eva
Emiliia Dariia Valeriia"""
_UKRAINIAN = """Shevchenko Melnyk Kovalenko Bondarenko Boiko Tkachenko Kravchenko Kovalchuk Oliinyk Shevchuk
Koval Polishchuk Bondar Tkachuk Moroz Marchenko Lysenko Rudenko Savchenko Petrenko Kravchuk Klymenko
Ponomarenko Savchuk Vasylenko Levchenko Kharchenko Karpenko Havryliuk Sydorenko Panchenko Kozak Romanenko
Martyniuk Pavlenko Kostenko Yurchenko Fedorenko Mazur Kushnir Kulyk Bilous Chorny/Chorna Zabolotny/Zabolotna
Khomenko Yatsenko Danylenko Honchar Didenko Zaitsev/Zaitseva Nesterenko Onyshchenko Prykhodko Radchenko
Semenenko Tymoshenko Ukrainets Vdovychenko Zinchenko Zhuk Hnatiuk Holub Hrytsenko Ivanchenko Kyrychenko
Lytvyn Lytvynenko Makarenko Nazarenko Ostapenko Pylypenko Rybak Sokol Stetsenko Taran Udovenko
Voloshyn/Voloshyna Vovk Zubko Babenko Bilyk Borysenko Chumak Demchenko Doroshenko Dubenko Fomenko Halushko
Horbenko Ilchenko Kachur Kolisnyk Korniienko Kucherenko Lazarenko Lukianenko Maksymenko Matviienko
Mykhailenko Nikitenko Osadchy/Osadcha Palamarchuk Pashchenko Podoliak Sereda Shcherbak Skrypnyk
Sorokin/Sorokina Stasiuk Tereshchenko Trofymenko Vlasenko Yakovenko Yaremchuk Yashchenko Zakharchenko
Zhylenko"""
_POLISH_MALE = """Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Adam Łukasz Grzegorz Mateusz
Wojciech Mariusz Dariusz Maciej Zbigniew Rafał Kamil Dawid Jerzy Szymon Artur Sebastian Robert Bartosz
Przemysław Sławomir Radosław Stanisław Konrad Patryk Filip Damian Hubert Zdzisław Mirosław Błażej"""
_POLISH_FEMALE = """Zofia Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Magdalena Elżbieta Joanna
Aleksandra Monika Teresa Natalia Julia Karolina Marta Beata Dorota Paulina Justyna Sylwia Iwona Renata
Weronika Wiktoria Halina Kinga Aneta Edyta Izabela Jolanta Grażyna Bożena Urszula Emilia Dominika Ilona
Marzena"""
_POLISH = """Kowalski/Kowalska Wiśniewski/Wiśniewska Wójcik Kamiński/Kamińska Lewandowski/Lewandowska
Zieliński/Zielińska Szymański/Szymańska Woźniak Dąbrowski/Dąbrowska Kozłowski/Kozłowska Jankowski/Jankowska
Mazur Kwiatkowski/Kwiatkowska Krawczyk Piotrowski/Piotrowska Grabowski/Grabowska Nowakowski/Nowakowska
Pawłowski/Pawłowska Michalski/Michalska Adamczyk Dudek Zając Wieczorek Jabłoński/Jabłońska Król
Majewski/Majewska Olszewski/Olszewska Jaworski/Jaworska Wróbel Malinowski/Malinowska Pawlak
Witkowski/Witkowska Walczak Stępień Górski/Górska Rutkowski/Rutkowska Sikora Baran Szewczyk
Ostrowski/Ostrowska Tomaszewski/Tomaszewska Pietrzak Zalewski/Zalewska Wróblewski/Wróblewska Marciniak
Jasiński/Jasińska Sadowski/Sadowska Bąk Borkowski/Borkowska Wilk Włodarczyk Chmielewski/Chmielewska Nowak"""
_ROMANIAN_MALE = """Andrei Alexandru Ion Gheorghe Mihai Vasile Nicolae Constantin Florin Marian Adrian
Cristian Dan Gabriel Ionuț Marius Radu Sorin Ștefan Valentin Viorel Bogdan Cătălin Claudiu Costel Cosmin
Daniel Dumitru Emil Eugen Laurențiu Liviu Lucian Ovidiu Petru Răzvan Sebastian Silviu Tudor Vlad"""
_ROMANIAN_FEMALE = """Maria Elena Ana Ioana Andreea Mihaela Cristina Daniela Alexandra Gabriela Simona
Adriana Alina Camelia Carmen Claudia Corina Denisa Diana Doina Florentina Georgiana Iulia Irina Larisa Laura
Lavinia Loredana Luminița Mădălina Mirela Monica Nicoleta Oana Raluca Ramona Roxana Sorina Ștefania Violeta"""
_ROMANIAN = """Popescu Ionescu Popa Pop Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu
Constantin Marin Lazăr Botezatu Moldovan Ungureanu Florea Dobre Nistor Tudor Barbu Cristea Nicolae Manole
Șerban Diaconu Toma Oprea Voicu Enache Ene Avram Bălan Băcanu Chiriță Crăciun Dragomir Filip Grigore Ilie
Iordache Lupu Mocanu Neagu Olteanu Păun Petre Preda Roșu Sandu Săvulescu Tănase Vasilescu Zamfir"""
_BULGARIAN_MALE = """Georgi Ivan Dimitar Nikolay Petar Hristo Stefan Todor Aleksandar Angel Asen Atanas
Boyan Bozhidar Daniel Emil Filip Iliya Kiril Krasimir Lyubomir Martin Mehmed Metodi Mihail Ognyan Orlin
Plamen Radoslav Rumen Simeon Stanimir Stoyan Tihomir Valentin Vasil Veselin Vladimir Yordan Zdravko"""
_BULGARIAN_FEMALE = """Maria Ivanka Elena Yordanka Penka Gergana Desislava Daniela Aneliya Boryana Darina
Diana Dobrinka Emiliya Fatme Galya Hristina Iliyana Iskra Kalina Katya Krasimira Lilyana Lyudmila Mariana
Milena Nadezhda Nevena Petya Radka Ralitsa Rositsa Rumyana Silviya Snezhana Stanka Stefka Tsvetelina Vesela
Zornitsa"""
_BULGARIAN = """Ivanov/Ivanova Georgiev/Georgieva Dimitrov/Dimitrova Petrov/Petrova Nikolov/Nikolova
Hristov/Hristova Stoyanov/Stoyanova Todorov/Todorova Iliev/Ilieva Vasilev/Vasileva Atanasov/Atanasova
Petkov/Petkova Angelov/Angelova Kolev/Koleva Yordanov/Yordanova Marinov/Marinova Stefanov/Stefanova
Popov/Popova Mihaylov/Mihaylova Kostov/Kostova Dimov/Dimova Kostadinov/Kostadinova Pavlov/Pavlova
Mitev/Miteva Simeonov/Simeonova Tsvetkov/Tsvetkova Aleksandrov/Aleksandrova Markov/Markova Spasov/Spasova
Lazarov/Lazarova Dobrev/Dobreva Andreev/Andreeva Mladenov/Mladenova Rusev/Ruseva Vulchev/Vulcheva
Radev/Radeva Yanev/Yaneva Penev/Peneva Asenov/Asenova Metodiev/Metodieva Ahmedov/Ahmedova Mehmedov/Mehmedova
Hasanov/Hasanova Yusufov/Yusufova"""
_VIETNAMESE_MALE = """An Bình Cường Dũng Đức Hải Hiếu Hòa Hùng Huy Khánh Khoa Kiên Lâm Long Mạnh Minh Nam
Nghĩa Phong Phúc Quân Quang Sơn Tài Tâm Thắng Thành Thiện Toàn Trung Tuấn Tùng Việt Vinh Đạt"""
_VIETNAMESE_FEMALE = """Lan Anh Bích Châu Dung Diệp Giang Hà Hạnh Hằng Hiền Hoa Hồng Hương Huyền Kim Lệ Linh
Loan Mai My Nga Ngân Ngọc Nguyệt Nhung Oanh Phương Quyên Quỳnh Tâm Thảo Thủy Trang Trinh Tuyết Uyên Vân Xuân
Yến"""
_VIETNAMESE = """Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Mai
Tô Cao Lưu Thái Tạ Châu Hà Quách Kiều Trương"""
_VIETNAMESE_MIDDLE_M = """Văn Đình Quang Hữu Minh Công Đức Xuân Ngọc Thanh Quốc Gia Tuấn Anh Bá Duy Hoàng
Nhật Thế Trọng"""
_VIETNAMESE_MIDDLE_F = """Thị Ngọc Thị_Thu Kim Thanh Thị_Mai Bích Diễm Thị_Kim Phương Mỹ Thị_Hồng Khánh Bảo
Hoài Thùy Như Ánh Thị_Minh"""
_CONGOLESE_MALE = """Jean-Pierre Patrick Christian Emmanuel Joseph Papy Trésor Dieudonné Fiston Serge Alain
André Augustin Blaise Cédric Didier Dorcel Éric Fabrice Félicien Freddy Gauthier Gédéon Guy Héritier Hervé
Innocent Jacques Jonathan Junior Léon Luc Marcel Merveille Moïse Nathan Olivier Pascal Prince Rémy Richard
Rodrigue Samuel Thierry Yannick"""
_CONGOLESE_FEMALE = """Marie Grâce Chantal Esther Rachel Bénédicte Nadine Béatrice Aimée Angèle Aurélie
Brigitte Carine Christelle Clarisse Déborah Divine Dorcas Élodie Espérance Fanny Francine Gloria Hélène
Hortense Jeannette Joséphine Judith Julie Laetitia Mamie Merveille Mireille Naomie Odette Olive Pascaline
Patience Pélagie Prisca Ruth Sarah Sifa Solange Thérèse Véronique"""
_CONGOLESE = """Mukendi Kabongo Tshibangu Ilunga Kalala Mbuyi Ngoy Kasongo Mutombo Lumumba Mwamba Kabila
Nzuzi Makiese Matondo Mbala Kanku Kapinga Kayembe Lukusa Malonga Mbemba Mpiana Mputu Muamba Mulumba Mundele
Musau N'Gandu N'Kulu Ndala Ndombe Ngalula Ngandu Ngoma Nkongolo Nkulu Nsimba Nyembo Nzeza Tshiala Tshiamala
Wembo Yamba Bakajika Banza Bope Diangienda Ekofo Ilondo Kiala Kitenge Lokwa Luzolo Makengo Mayele Mongo"""
_LATIN_MALE = """Juan José Luis Carlos Jorge Miguel Andrés Alejandro Diego Fernando Francisco Javier Manuel
Óscar Ricardo Roberto Sergio Víctor Adrián Álvaro Antonio César Daniel Eduardo Enrique Esteban Felipe
Gabriel Germán Gustavo Héctor Hugo Iván Jesús Joaquín Julián Leonardo Mario Martín Mauricio Nicolás Pablo
Rafael Ramón Raúl Rubén Santiago Sebastián Tomás"""
_LATIN_FEMALE = """María Ana Carmen Rosa Luz Claudia Diana Paola Andrea Patricia Sandra Adriana Alejandra
Ángela Beatriz Blanca Carolina Catalina Cecilia Cristina Daniela Elena Esperanza Fernanda Gabriela Gloria
Inés Isabel Jimena Juana Julia Karen Laura Leidy Lorena Lucía Luisa Marcela Margarita Mariana Marta Mónica
Natalia Paula Pilar Silvia Sofía Teresa Valentina Verónica Viviana Yolanda"""
_LATIN = """García Rodríguez Martínez López González Hernández Pérez Sánchez Ramírez Torres Flores Rivera
Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Álvarez Mendoza Vásquez Castillo Jiménez
Moreno Romero Herrera Medina Aguilar Vargas Guzmán Castro Muñoz Rojas Salazar Quispe Mamani Peña Ñáñez
Cárdenas Ríos Suárez Acosta Campos Cortés Delgado Duarte Escobar Figueroa Fuentes León Mejía Molina Núñez
Ochoa Orozco Palacios Paredes Pineda Restrepo Rosales Santos Silva Soto Valencia Vega Zambrano"""
_BRAZILIAN_MALE = """João José Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel Rafael Daniel
Marcelo Bruno Eduardo Felipe Rodrigo Anderson Fábio Gustavo Leandro Márcio Mateus Renato Ricardo Thiago
Vinícius Wagner Wellington"""
_BRAZILIAN_FEMALE = """Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra
Camila Amanda Bruna Jéssica Letícia Júlia Luciana Vanessa Mariana Gabriela Vera Vitória Larissa Cláudia
Beatriz Luana Rita Sônia Renata"""
_BRAZILIAN = """da_Silva dos_Santos de_Oliveira de_Souza Rodrigues Ferreira Alves Pereira Lima Gomes Ribeiro
Carvalho de_Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias do_Nascimento Andrade Moreira Nunes
Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira Araújo Conceição Brandão Falcão
Magalhães"""
_IRAQI = """Al-Jubouri Al-Tamimi Al-Dulaimi Al-Obaidi Al-Saadi Al-Rubaie Al-Shammari Al-Bayati Al-Hashimi
Al-Janabi Al-Khafaji Al-Maliki Al-Mousawi Al-Qaisi Al-Rawi Al-Samarrai Al-Ani Al-Azzawi Al-Bazzaz Al-Chalabi
Al-Fahdawi Al-Hadithi Al-Jaafari Al-Kaabi Al-Lami Al-Nuaimi Al-Omari Al-Sudani Al-Tai Al-Zaidi Hasan Hussain
Jasim Kadhim Karim Majeed Mahdi Salman Sabah Barzani Zebari Shekhani Doski Sindi Mzuri Jaff Hawrami Kareem
Rasheed Saleem Yaqoub Shaba Hanna Toma"""
_IRANIAN_MALE = """Ali Mohammad Reza Hossein Amir Mehdi Hamid Saeed Majid Behnam Arash Babak Bahram Dariush
Ehsan Farhad Farzad Hooman Iman Javad Kamran Kaveh Kian Masoud Milad Mohsen Navid Nima Omid Pedram Peyman
Pouya Ramin Sasan Siamak Sina Soheil Vahid Yashar"""
_IRANIAN_FEMALE = """Zahra Maryam Fatemeh Sara Leila Nasrin Shirin Mina Azadeh Bahar Elham Farah Farnaz
Fereshteh Ghazal Golnaz Haleh Hengameh Jaleh Katayoun Laleh Mahnaz Mahsa Mandana Marjan Mitra Mojgan Nahid
Nazanin Negar Niloufar Parisa Parvin Roxana Roya Sepideh Shadi Simin Soraya Yasaman"""
_IRANIAN = """Hosseini Ahmadi Mohammadi Karimi Rahimi Moradi Jafari Rezaei Ebrahimi Mousavi Sadeghi Ghasemi
Akbari Alavi Amini Asadi Azizi Bagheri Daneshvar Farahani Fathi Ghorbani Habibi Hashemi Heidari Jalali
Kazemi Khosravi Mahmoudi Mirzaei Naderi Nazari Nouri Parsa Pourmand Rostami Salehi Sharifi Shirazi Soltani
Tabatabaei Taheri Tehrani Yazdani Zamani"""
_WEST_AFRICAN_MALE = """Mamadou Ibrahima Alpha Ousmane Amadou Abdoulaye Moussa Sékou Boubacar Mohamed
Aboubacar Alhassane Bakary Cheick Demba Fodé Habib Idrissa Issa Kalil Lamine Lansana Mory Oumar Saliou
Seydou Souleymane Thierno Youssouf Yaya"""
_WEST_AFRICAN_FEMALE = """Mariama Aïssatou Fatoumata Kadiatou Hawa Aminata Binta Djénabou Fanta Mariam Adama
Bintou Coumba Djeneba Fatou Hadja Nènè Mahawa Makalé M'mah N'nah Oumou Ramatoulaye Rokia Safiatou
Salimatou Sira Sirandou Tiguidanké Yarie"""
_WEST_AFRICAN = """Diallo Barry Bah Sow Camara Condé Keita Touré Sylla Traoré Bangoura Soumah Cissé Kourouma
Koné Baldé Kanté Doumbouya Fofana Diakité Sidibé Sangaré Dembélé Coulibaly Konaté Kaba Magassouba N'Diaye
Sall Sarr Soumaoro Tounkara Yansané Kouyaté Mara Béavogui Haba Lamah Loua Millimono Oularé"""
_INDIAN_MALE = """Rahul Amit Sanjay Vijay Suresh Ramesh Arjun Karan Rohit Anil Deepak Gaurav Harish Imran
Jaspreet Kiran Manoj Naveen Nikhil Pradeep Prakash Rajesh Ravi Sachin Sandeep Shankar Sunil Vikram Vinod
Yash Gurpreet Harpreet Manpreet Sukhdev Bishnu Dipak Gopal Hari Krishna Nabin Prem Santosh"""
_INDIAN_FEMALE = """Priya Anjali Neha Pooja Kavita Sunita Anita Deepa Divya Geeta Harleen Isha Jyoti Kiran
Lakshmi Lata Manisha Meena Nisha Pallavi Radha Rekha Ritu Sangeeta Sarita Shalini Shreya Simran Sneha Swati
Usha Vandana Vidya Asmita Bimala Kamala Maya Puja Rupa Sabina Sushila Tara"""
_INDIAN = """Kumar Sharma Singh Patel Gupta Verma Rao Reddy Nair Iyer Joshi Mehta Shah Desai Chopra Kapoor
Malhotra Bhatia Agarwal Banerjee Chatterjee Mukherjee Das Ghosh Sen Pillai Menon Naidu Kaur Gill Sandhu
Dhillon Gurung Tamang Rai Limbu Magar Thapa Shrestha Adhikari Karki Poudel Bhandari Khadka"""
_PAKISTANI_MALE = """Muhammad Ahmed Ali Usman Bilal Hamza Imran Kashif Asif Adeel Amjad Arslan Faisal Farhan
Ghulam Haider Hasnain Ijaz Irfan Junaid Kamran Khurram Naveed Nadeem Nasir Omer Qaiser Rashid Rizwan Saad
Sajid Shahid Shahzad Tariq Umar Waqas Yasir Zahid Zeeshan Zubair"""
_PAKISTANI_FEMALE = """Ayesha Fatima Sana Saima Nadia Shazia Rabia Amna Asma Bushra Farah Farzana Fouzia
Hina Humaira Iqra Kiran Lubna Maira Maryam Mehwish Misbah Nabila Nasreen Nazia Noreen Rubina Sadia Samina
Shabana Shaista Sidra Sumaira Tahira Tayyaba Uzma Yasmeen Zainab Zara Zubaida"""
_PAKISTANI = """Khan Malik Butt Chaudhry Hussain Ahmed Iqbal Qureshi Sheikh Mirza Akhtar Aslam Ashraf Baig
Bhatti Cheema Dar Farooq Gondal Hashmi Javed Kazmi Latif Mahmood Mehmood Mughal Nawaz Rana Raza Rehman Saeed
Shah Siddiqui Tahir Virk Warraich Yousaf Zafar Bibi/Begum"""
_ALBANIAN_MALE = """Agim Arben Ardit Artan Bashkim Besnik Blerim Bujar Dritan Edon Elton Endrit Ermal Fatmir
Florim Gazmend Genti Ilir Kastriot Kreshnik Leonard Liridon Luan Mentor Naim Petrit Qëndrim Rinor Shpëtim
Skënder Valon Visar Xhevdet Ylli"""
_ALBANIAN_FEMALE = """Adelina Afërdita Albana Anila Ardita Arta Besa Blerta Donjeta Drita Edona Elira Entela
Fatime Flutura Gresa Hana Ilirjana Jeta Kaltrina Liridona Lule Majlinda Mimoza Mirela Nora Rita Shpresa
Teuta Valbona Valmira Vjosa Vlora Zana"""
_ALBANIAN = """Hoxha Shehu Krasniqi Berisha Gashi Morina Bytyqi Thaçi Haliti Shala Ahmeti Bajrami Bekteshi
Çela Dauti Demiri Dervishi Elezi Ferati Gjoka Hajdari Hasani Hyseni Ibrahimi Jashari Kastrati Kola Kryeziu
Leka Limani Marku Mehmeti Mustafa Osmani Prifti Rexhepi Rama Sadiku Salihu Selimi Spahiu Syla Tahiri Veliu
Xhaferi Ymeri Zeneli Zogu"""
_RUSSIAN_MALE = """Aleksandr Sergei Dmitri Andrei Aleksei Mikhail Ivan Vladimir Nikolai Yuri Viktor Igor
Oleg Pavel Roman Maksim Ruslan Aslan Magomed Ramzan Zelimkhan Islam Adam Akhmed Shamil Timur Arsen Artur
Karen Gevorg Armen Hayk Levon Giorgi Davit Nika Zurab Irakli"""
_RUSSIAN_FEMALE = """Elena Olga Natalia Tatiana Svetlana Irina Ekaterina Anna Marina Ludmila Yulia Galina
Oksana Larisa Zarema Aminat Luiza Khava Madina Petimat Zalina Fatima Anahit Lusine Gayane Narine Hasmik Ani
Nino Tamar Ketevan Mariam Nana Salome Eka Lali"""
_RUSSIAN = """Ivanov/Ivanova Petrov/Petrova Smirnov/Smirnova Kuznetsov/Kuznetsova Volkov/Volkova
Sokolov/Sokolova Morozov/Morozova Novikov/Novikova Fedorov/Fedorova Orlov/Orlova Makhmudov/Makhmudova
Gadzhiev/Gadzhieva Magomedov/Magomedova Abdulaev/Abdulaeva Dudaev/Dudaeva Musaev/Musaeva Kadyrov/Kadyrova
Tsagaraev/Tsagaraeva Sargsyan Harutyunyan Grigoryan Hakobyan Petrosyan Khachatryan Vardanyan Mkrtchyan
Avetisyan Beridze Kapanadze Gelashvili Maisuradze Giorgadze Lomidze Tsiklauri Kvaratskhelia Bolkvadze
Khutsishvili Nozadze"""
_THAI_MALE = """Somchai Anan Arthit Chai Kittipong Krit Niran Nopadon Prasert Sakda Somsak Surachai Thaksin
Veera Wichai Juan Jose Mark"""
_THAI_FEMALE = """Somjai Siriporn Suda Malee Kanya Nattaya Pornthip Ratchanee Sunisa Wanida Araya Busaba
Chanida Duangjai Kulap Lamai Nang Orapin Pensri Rosalinda Maricel Jocelyn Marites Analyn Cristina Rowena
Liezel Jennifer Mary_Grace"""
_THAI = """Saetang Srisai Chaiyaphum Phongphan Suwan Boonmee Thongchai Rattanakosin Wongsakul Kaewmanee
Jaidee Phromma Intharat Sangthong Ruangrit Chantra Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres
Castillo Villanueva Ramos Aquino Navarro Mercado dela_Cruz"""
_CHINESE_MALE = """Wei Jian Jun Ming Hao Tao Bin Chao Lei Peng Qiang Zhiwei Jianguo Haoran Yichen Zihan
Tenzin Dorje Karma Lobsang Sonam Norbu"""
_CHINESE_FEMALE = """Fang Li Na Jing Yan Juan Xiuying Mei Hui Ling Ying Xia Yu Xiaoyan Meiling Yutong Tenzin
Dolma Pema Yangchen Sonam Lhamo"""
_CHINESE = """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang
Xie Tang Deng Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lü Ding Ren Shen
Yao Lu"""
_RWANDAN_MALE = """Jean-Claude Emmanuel Eric Innocent Claude Fabrice Gilbert Patrick Olivier Prosper Aimable
Alexis Bonaventure Célestin Désiré Dieudonné Égide Ferdinand Gaspard Jean-Bosco Jean-Marie Léonard Modeste
Pacifique Théogène Vianney"""
_RWANDAN_FEMALE = """Claudine Jeanne Chantal Espérance Alice Aline Angélique Béatha Clémentine Consolée
Diane Donatha Émérence Francine Gaudence Immaculée Josiane Liliane Marie-Claire Médiatrice Odette Pascasie
Perpétue Spéciose Vestine Yvonne"""
_RWANDAN = """Uwimana Mukamana Habimana Niyonzima Ndayishimiye Nshimirimana Hakizimana Nkurunziza Mugisha
Uwase Bizimana Ntahobari Niyonkuru Irakoze Iradukunda Ndikumana Nahimana Manirakiza Ngendakumana Nduwimana
Nsengiyumva Mukandayisenga Kayitesi Rutayisire Twagiramungu Habyarimana Munyaneza Ntakirutimana Sindayigaya
Barankitse"""
_SPANISH_MALE = """Antonio Manuel José Francisco David Juan Javier Daniel Carlos Jesús Álvaro Íñigo Iker
Óscar Rubén Adrián Sergio Pau Jordi Tiago Rui Nuno João Luís"""
_SPANISH_FEMALE = """María Carmen Josefa Isabel Ana Laura Cristina Marta Lucía Sara Elena Raquel Nuria
Begoña Itziar Montserrat Sílvia Inês Catarina Joana Beatriz Mónica Pilar"""
_SPANISH = """García Fernández González Rodríguez López Martínez Sánchez Pérez Martín Gómez Ruiz Jiménez
Hernández Díaz Álvarez Moreno Muñoz Alonso Navarro Domínguez Gil Vázquez Serrano Blanco Molina Castro Ortega
Rubio Sanz Iglesias Núñez Etxebarria Ferrer Puig Marques Almeida Gonçalves Sousa"""
_DUTCH_MALE = """Jan Pieter Willem Daan Sem Thomas Ruben Bram Lars Niels Kevin Rashid Jordi Stijn Clyde
Winston"""
_DUTCH_FEMALE = """Anna Sophie Emma Lotte Sanne Iris Femke Marieke Anouk Roos Chantal Priscilla Shanice
Esmée Zoë Renée"""
_DUTCH = """de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Visser Smit Meijer de_Boer Mulder de_Groot
Bos Vos Peters Hendriks van_Leeuwen Dekker Brouwer 't_Hart van_'t_Hof Pinas Kartosen Ramdin"""

ORIGINS: tuple[Origin, ...] = (
    _origin(
        "Oekraïne",
        "UKR",
        13.0,
        "Oekraïens Russisch Engels",
        "Oekraïens Russisch",
        male=_UKRAINIAN_MALE,
        female=_UKRAINIAN_FEMALE,
        family=_UKRAINIAN,
        second=0.22,
        literate=0.995,
        latin=False,
        duty=0.1,
    ),
    _origin(
        "Syrië",
        "SYR",
        11.5,
        "Arabisch Koerdisch Engels",
        "Arabisch",
        male=_ARABIC_MALE,
        female=_ARABIC_FEMALE,
        family=_SYRIAN,
        second=0.55,
        literate=0.9,
        latin=False,
        duty=0.97,
    ),
    _origin(
        "Afghanistan",
        "AFG",
        10.0,
        "Dari Pasjtoe Perzisch",
        "Dari Pasjtoe",
        male=_AFGHAN_MALE,
        female=_AFGHAN_FEMALE,
        family=_AFGHAN,
        second=0.55,
        literate=0.7,
        latin=False,
        duty=0.97,
    ),
    _origin(
        "Marokko",
        "MAR",
        8.5,
        "Arabisch Berbers Frans",
        "Arabisch Frans",
        male=_MOROCCAN_MALE,
        female=_MOROCCAN_FEMALE,
        family=_MOROCCAN,
        second=0.45,
        literate=0.85,
        latin=False,
    ),
    _origin(
        "Turkije",
        "TUR",
        7.0,
        "Turks Koerdisch Engels",
        "Turks",
        male=_TURKISH_MALE,
        female=_TURKISH_FEMALE,
        family=_TURKISH,
        second=0.4,
        literate=0.95,
    ),
    _origin(
        "Eritrea",
        "ERI",
        4.5,
        "Tigrinya Amhaars Arabisch",
        "Tigrinya",
        male=_ERITREAN_MALE,
        female=_ERITREAN_FEMALE,
        style="fathers",
        second=0.0,
        literate=0.75,
        latin=False,
        duty=0.98,
    ),
    _origin(
        "Somalië",
        "SOM",
        3.5,
        "Somali Arabisch Swahili",
        "Somali",
        male=_SOMALI_MALE,
        female=_SOMALI_FEMALE,
        style="fathers",
        second=0.0,
        literate=0.6,
        duty=0.98,
    ),
    _origin(
        "Irak",
        "IRQ",
        3.5,
        "Arabisch Koerdisch Engels",
        "Arabisch Sorani",
        male=_ARABIC_MALE,
        female=_ARABIC_FEMALE,
        family=_IRAQI,
        second=0.5,
        literate=0.85,
        latin=False,
        duty=0.97,
    ),
    _origin(
        "Polen",
        "POL",
        3.0,
        "Pools Engels Duits",
        "Pools Engels",
        male=_POLISH_MALE,
        female=_POLISH_FEMALE,
        family=_POLISH,
        second=0.45,
        literate=0.995,
        duty=0.02,
    ),
    _origin(
        "Roemenië",
        "ROU",
        3.5,
        "Roemeens Engels Italiaans",
        "Roemeens Engels",
        male=_ROMANIAN_MALE,
        female=_ROMANIAN_FEMALE,
        family=_ROMANIAN,
        second=0.55,
        duty=0.02,
    ),
    _origin(
        "Bulgarije",
        "BGR",
        3.0,
        "Bulgaars Turks Engels",
        "Bulgaars Turks",
        male=_BULGARIAN_MALE,
        female=_BULGARIAN_FEMALE,
        family=_BULGARIAN,
        second=0.4,
        latin=False,
        duty=0.02,
    ),
    _origin(
        "Congo",
        "COD",
        3.0,
        "Frans Lingala Swahili",
        "Frans Lingala",
        male=_CONGOLESE_MALE,
        female=_CONGOLESE_FEMALE,
        family=_CONGOLESE,
        second=0.4,
        literate=0.93,
    ),
    _origin(
        "Vietnam",
        "VNM",
        1.8,
        "Vietnamees Engels",
        "Vietnamees Engels",
        male=_VIETNAMESE_MALE,
        female=_VIETNAMESE_FEMALE,
        family=_VIETNAMESE,
        middle=(_VIETNAMESE_MIDDLE_M, _VIETNAMESE_MIDDLE_F),
        style="middle",
        second=0.0,
    ),
    _origin(
        "Colombia",
        "COL",
        1.8,
        "Spaans Engels",
        "Spaans",
        male=_LATIN_MALE,
        female=_LATIN_FEMALE,
        family=_LATIN,
        style="two_families",
        second=0.4,
    ),
    _origin(
        "El Salvador",
        "SLV",
        1.6,
        "Spaans Engels",
        "Spaans",
        male=_LATIN_MALE,
        female=_LATIN_FEMALE,
        family=_LATIN,
        style="two_families",
        second=0.5,
        duty=0.97,
    ),
    _origin(
        "Peru",
        "PER",
        1.0,
        "Spaans Quechua",
        "Spaans",
        male=_LATIN_MALE,
        female=_LATIN_FEMALE,
        family=_LATIN,
        style="two_families",
        second=0.4,
    ),
    _origin(
        "Brazilië",
        "BRA",
        1.8,
        "Portugees Engels",
        "Portugees Engels",
        male=_BRAZILIAN_MALE,
        female=_BRAZILIAN_FEMALE,
        family=_BRAZILIAN,
        style="two_families",
        second=0.3,
    ),
    _origin(
        "Iran",
        "IRN",
        2.0,
        "Perzisch Engels",
        "Perzisch Engels",
        male=_IRANIAN_MALE,
        female=_IRANIAN_FEMALE,
        family=_IRANIAN,
        second=0.3,
        literate=0.98,
        latin=False,
        duty=0.95,
    ),
    _origin(
        "Guinee",
        "GIN",
        2.5,
        "Frans Pular Mandinka",
        "Frans Pular",
        male=_WEST_AFRICAN_MALE,
        female=_WEST_AFRICAN_FEMALE,
        family=_WEST_AFRICAN,
        second=0.5,
        literate=0.65,
        duty=0.97,
    ),
    _origin(
        "India",
        "IND",
        2.5,
        "Hindi Engels Punjabi",
        "Engels Hindi",
        male=_INDIAN_MALE,
        female=_INDIAN_FEMALE,
        family=_INDIAN,
        second=0.45,
        literate=0.97,
        latin=False,
    ),
    _origin(
        "Pakistan",
        "PAK",
        1.8,
        "Urdu Punjabi Engels",
        "Urdu Engels",
        male=_PAKISTANI_MALE,
        female=_PAKISTANI_FEMALE,
        family=_PAKISTANI,
        second=0.5,
        literate=0.85,
        latin=False,
    ),
    _origin(
        "Albanië",
        "ALB",
        2.0,
        "Albanees Italiaans Engels",
        "Albanees Engels",
        male=_ALBANIAN_MALE,
        female=_ALBANIAN_FEMALE,
        family=_ALBANIAN,
        second=0.2,
        duty=0.9,
    ),
    _origin(
        "Russische Federatie",
        "RUS",
        2.0,
        "Russisch Tsjetsjeens Armeens",
        "Russisch",
        male=_RUSSIAN_MALE,
        female=_RUSSIAN_FEMALE,
        family=_RUSSIAN,
        second=0.2,
        latin=False,
        literate=0.98,
        duty=0.9,
    ),
    _origin(
        "Thailand",
        "THA",
        1.2,
        "Thai Tagalog Engels",
        "Thai Engels",
        male=_THAI_MALE,
        female=_THAI_FEMALE,
        family=_THAI,
        second=0.4,
        latin=False,
    ),
    _origin(
        "China",
        "CHN",
        1.2,
        "Mandarijn Tibetaans Engels",
        "Engels Mandarijn",
        male=_CHINESE_MALE,
        female=_CHINESE_FEMALE,
        family=_CHINESE,
        second=0.3,
        latin=False,
    ),
    _origin(
        "Rwanda",
        "RWA",
        1.2,
        "Kinyarwanda Kirundi Frans",
        "Frans Swahili",
        male=_RWANDAN_MALE,
        female=_RWANDAN_FEMALE,
        family=_RWANDAN,
        second=0.4,
    ),
    _origin(
        "Spanje",
        "ESP",
        1.2,
        "Spaans Portugees Engels",
        "Spaans Engels",
        male=_SPANISH_MALE,
        female=_SPANISH_FEMALE,
        family=_SPANISH,
        style="two_families",
        second=0.4,
        duty=0.02,
    ),
    _origin(
        "Nederland",
        "NLD",
        0.4,
        "Nederlands Papiaments",
        "Engels",
        male=_DUTCH_MALE,
        female=_DUTCH_FEMALE,
        family=_DUTCH,
        second=0.4,
        literate=1.0,
        duty=0.0,
    ),
)

CASE_WORKERS = _names(
    """An_Peeters Tom_Janssens Els_Maes Bart_Jacobs Katrien_Mertens Wim_Willems Ilse_Claes Koen_Goossens
    Sofie_Wouters Dirk_De_Smet Leen_Van_den_Broeck Joris_D'Hondt Nele_Vermeulen Pieter_De_Clercq Sarah_Hermans
    Hilde_Aerts Yasmina_Bouzid Mieke_Van_Damme Stijn_Michiels Annelies_De_Backer Fatma_Aydın Griet_Lemmens
    Jonas_Van_de_Velde Lieve_Desmet Karel_Martens Tine_Verhoeven Ruben_Claeys Inge_Wauters Kristof_Pauwels"""
)
